/**
 * Building and updating the page from data; knows nothing of Slack.
 * Every string becomes a text node or an attribute value: nothing here, or anywhere else, parses HTML.
 */

const PROPERTIES = new Set(["value", "checked", "disabled", "selected", "multiple"]);

/** An element with attributes, listeners (`onclick: fn`) and children; empty children are left out. */
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (PROPERTIES.has(name)) node[name] = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  add(node, children);
  return node;
}

/** Appends children, however nested, leaving out the empty ones. */
export function add(parent, ...children) {
  parent.append(...children.flat(Infinity).filter((child) => child || child === 0));
}

/**
 * Makes `parent`'s children match `rows` ({key, sign, make}) while touching only what changed, so that
 * focus, selection and scroll position survive everywhere else.
 */
export function reconcile(parent, rows) {
  const wanted = new Set(rows.map((row) => row.key));
  for (const child of [...parent.children]) if (!wanted.has(child.dataset.key)) child.remove();
  const present = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  let cursor = parent.firstElementChild;
  for (const row of rows) {
    let node = present.get(row.key);
    if (!node || node.sign !== row.sign) {
      const fresh = Object.assign(row.make(), { sign: row.sign });
      fresh.dataset.key = row.key;
      if (node === cursor) cursor = node?.nextElementSibling ?? null;
      node?.remove();
      parent.insertBefore(fresh, cursor);
      node = fresh;
    } else if (node === cursor) cursor = cursor.nextElementSibling;
    else parent.insertBefore(node, cursor);
  }
}

/**
 * Runs `redraw` and gives the focus back to the control that had it (found by `data-focus`), with its
 * caret; when that control is gone, to the row it stood in, so a keyboard user never loses the place.
 */
export function keepFocus(root, redraw) {
  const active = root.contains(document.activeElement) ? document.activeElement : null;
  const key = active?.closest("[data-focus]")?.dataset.focus;
  const row = active?.closest("[data-key]")?.dataset.key;
  const caret = active && caretOf(active);
  redraw();
  if (!active || document.activeElement === active) return;
  const heir = find(root, "focus", key) ?? find(root, "key", row);
  heir?.focus({ preventScroll: true });
  if (caret && heir?.setSelectionRange && caretOf(heir)) heir.setSelectionRange(...caret);
}

/** The element under `root` whose data attribute has exactly this value. */
export function find(root, name, value) {
  return value ? root.querySelector(`[data-${name}="${CSS.escape(value)}"]`) : null;
}

/** Runs `work` now; calls made meanwhile are folded into one more run, so answers never overtake. */
export function coalesced(work) {
  let running = null;
  let again = false;
  const loop = async () => {
    do {
      again = false;
      await work();
    } while (again);
  };
  return () => {
    again = true;
    running ??= loop().finally(() => {
      running = null;
    });
    return running;
  };
}

function caretOf(node) {
  // number, email and date inputs have no readable caret: null there, and throwing in old engines.
  return typeof node.selectionStart === "number" ? [node.selectionStart, node.selectionEnd] : null;
}
