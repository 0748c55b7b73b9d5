/** The people switcher: everybody in the world, by company, found by typing. */

import { avatar } from "./avatar.js";
import { openDialog } from "./dialog.js";
import { h } from "./dom.js";

const ROLE_ORDER = ["alliance manager", "operator", "admin", "partner manager", "partner rep", "seller"];
let isOpen = false;

/** Opens the switcher over `people`; `onPick(person)` is called when one is chosen. */
export function openPeople(people, viewer, onPick) {
  if (isOpen) return;
  isOpen = true;
  let found = [];
  let chosen = 0;
  const leave = () => {
    isOpen = false;
    close();
  };
  const { dialog, close } = openDialog({
    label: "Look through whose eyes?",
    className: "switcher",
    testid: "people",
    light: true,
    onLeave: leave,
  });
  const list = h("div", {
    class: "switcher-list",
    id: "people-list",
    role: "listbox",
    "aria-label": "People",
  });
  const box = h("input", {
    class: "control switcher-search",
    type: "text",
    role: "combobox",
    "aria-expanded": "true",
    "aria-controls": "people-list",
    "aria-label": "Find a person by name, title, role or company",
    placeholder: "Name, title, role or company",
    "data-testid": "people-search",
    autocomplete: "off",
    oninput: () => draw(0),
  });

  function draw(at) {
    found = people.filter((person) => fits(person, box.value)).sort(byPlace);
    list.replaceChildren(...groups(found).map(([team, members]) => drawTeam(team, members)));
    if (!found.length) list.append(h("p", { class: "quiet" }, "Nobody by that name."));
    mark(Math.max(0, at));
  }

  function drawTeam(team, members) {
    const rows = members.map((person) => drawPerson(person, person.id === viewer, () => pick(person)));
    return h("div", { role: "group", "aria-label": team }, h("h3", { dir: "auto" }, team), rows);
  }

  function mark(at) {
    chosen = at;
    const rows = [...list.querySelectorAll("[role=option]")];
    rows.forEach((row, place) => row.setAttribute("aria-selected", String(place === at)));
    rows[at]?.scrollIntoView({ block: "nearest" });
    if (rows[at]) box.setAttribute("aria-activedescendant", rows[at].id);
  }

  function pick(person) {
    leave();
    onPick(person);
  }

  box.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length) mark((chosen + step + found.length) % found.length);
    else if (event.key === "Enter" && found[chosen]) pick(found[chosen]);
    else return;
    event.preventDefault();
  });
  dialog.append(h("h2", { class: "dialog-title" }, "Look through whose eyes?"), box, list);
  draw(0);
  mark(
    Math.max(
      0,
      found.findIndex((person) => person.id === viewer),
    ),
  );
  box.focus();
}

function fits(person, written) {
  const words = [person.name, person.title, person.role, person.team_name, person.is_external && "external"]
    .join(" ")
    .toLowerCase();
  return written
    .toLowerCase()
    .split(/\s+/)
    .every((word) => words.includes(word));
}

/** Our own people first, then by company, by role, by name. */
function byPlace(a, b) {
  const rank = ({ role }) => (ROLE_ORDER.includes(role) ? ROLE_ORDER.indexOf(role) : ROLE_ORDER.length);
  return (
    Number(a.is_external) - Number(b.is_external) ||
    a.team_name.localeCompare(b.team_name) ||
    rank(a) - rank(b) ||
    a.name.localeCompare(b.name)
  );
}

function groups(people) {
  const teams = new Map();
  for (const person of people) teams.set(person.team_name, [...(teams.get(person.team_name) ?? []), person]);
  return [...teams];
}

function drawPerson(person, isViewer, pick) {
  return h(
    "div",
    {
      class: "switcher-person",
      role: "option",
      id: `person-${person.id}`,
      "data-testid": `person-${person.id}`,
      onclick: pick,
    },
    avatar(person.id, person.name, { small: true }),
    h("span", { class: "switcher-name", dir: "auto" }, person.name),
    h("span", { class: "switcher-title", dir: "auto" }, occupation(person)),
    isViewer && h("span", { class: "badge" }, "you"),
    person.is_external && h("span", { class: "badge badge-other" }, "external"),
  );
}

/** `seller · Account executive, East`, or the title alone where it says the role already. */
function occupation({ role, title }) {
  return title?.toLowerCase().includes(role) ? title : [role, title].filter(Boolean).join(" · ");
}
