/** Buttons that make something happen in the world, or go wrong there; each is one call of a control API. */

import * as api from "./api.js";
import { confirmed } from "./confirm.js";
import { h } from "./dom.js";
import { notify } from "./notices.js";

const HAPPENINGS = [
  {
    testid: "change-deal",
    words: "Change a deal",
    told: "A seller changed a deal in the CRM.",
    calls: [{ path: "/salesforce/_control/tick" }],
  },
];

const ANEW = [
  {
    testid: "begin-anew",
    words: "Begin the world anew",
    confirm: {
      title: { type: "plain_text", text: "Begin the world anew?" },
      text: { type: "plain_text", text: "Everything that was done here is forgotten: deals, messages, what was filed." },
      confirm: { type: "plain_text", text: "Begin anew" },
      deny: { type: "plain_text", text: "Cancel" },
      style: "danger",
    },
    told: "The world begins anew. This page comes back by itself.",
    calls: [{ path: "/world/anew" }],
    then: comeBack,
  },
];

const TROUBLES = [
  {
    testid: "break-aws",
    words: "Break AWS's portal",
    told: "AWS answers its next ten calls with an error page.",
    calls: [{ path: "/aws/_control/faults", body: { kind: "http_503_html", times: 10 } }],
  },
  {
    testid: "break-crm",
    words: "Break the CRM",
    told: "The CRM answers its next ten calls with an error page.",
    calls: [{ path: "/salesforce/_control/faults", body: { kind: "503_html", times: 10 } }],
  },
  {
    testid: "break-slack",
    words: "Break posting in Slack",
    told: "Slack refuses the next five posts as too many.",
    calls: [
      {
        path: "/slack/_control/faults",
        body: { kind: "ratelimited", method: "chat.postMessage", times: 5, retry_after: 5 },
      },
    ],
  },
  {
    testid: "mend-all",
    words: "Mend everything",
    told: "All troubles are over.",
    calls: [
      { path: "/aws/_control/faults", method: "DELETE" },
      { path: "/salesforce/_control/faults", method: "DELETE" },
      { path: "/slack/_control/faults", body: { clear: true } },
    ],
  },
];

const PASSING = [
  { testid: "pass-hour", words: "An hour", told: "An hour has passed.", seconds: 3600 },
  { testid: "pass-day", words: "A day", told: "A day has passed.", seconds: 86400 },
  { testid: "pass-week", words: "A week", told: "A week has passed.", seconds: 604800 },
].map(({ seconds, ...act }) => ({ ...act, calls: [{ path: "/world/clock", body: { seconds } }] }));

/** The rows of buttons, each under what it is for. */
export function troubles() {
  return [
    h("h3", {}, "Make something happen"),
    row([...HAPPENINGS, ...ANEW]),
    h("h3", {}, "Let time pass"),
    h("p", { class: "quiet" }, "Digests, reminders and editions come when their hour does; nobody goes back."),
    row(PASSING),
    h("h3", {}, "Make something go wrong"),
    h("p", { class: "quiet" }, "Nothing is lost by it: cosell tries again, and says so while it lasts."),
    row(TROUBLES),
  ];
}

function row(acts) {
  return h("p", { class: "drawer-acts" }, acts.map(drawAct));
}

/** Loads the page again as soon as there is another world. */
async function comeBack() {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const health = await fetch("/world/health").catch(() => null);
    if (health?.ok) return location.reload();
  }
}

function drawAct({ testid, words, told, calls, confirm, then }) {
  const act = async () => {
    if (!(await confirmed(confirm))) return;
    const answers = await Promise.all(calls.map(api.control));
    const failed = answers.find((answer) => !answer.ok);
    notify(failed ? api.explain(failed) : told, failed ? "problem" : undefined);
    if (!failed) then?.();
  };
  return h("button", { type: "button", class: "button", "data-testid": testid, onclick: act }, words);
}
