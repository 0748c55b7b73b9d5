/**
 * What people have filled in on one surface (a view or a message), in the shape of Slack's
 * `state.values`; knows no elements on the page.
 */

const forms = new Map();

/**
 * The form of a surface being drawn anew. What was filled in stays where block and action are still the
 * same, as in Slack; `seen` is the state the server knows, for a page that was reloaded.
 */
export function freshForm(surface, seen = {}) {
  const form = new Form(forms.get(surface)?.values() ?? seen);
  forms.set(surface, form);
  return form;
}

/** Forgets a surface, so that the next one under this name starts clean. */
export function forgetForm(surface) {
  forms.delete(surface);
}

class Form {
  constructor(before) {
    this.before = before;
    this.entries = {};
  }

  /** The entry a control starts from: what was there before, else `initial`. */
  start(block, action, initial) {
    const before = this.before[block]?.[action];
    const entry = before?.type === initial.type ? before : initial;
    this.put(block, action, entry);
    return entry;
  }

  put(block, action, entry) {
    (this.entries[block] ??= {})[action] = entry;
  }

  get(block, action) {
    return this.entries[block]?.[action];
  }

  values() {
    return this.entries;
  }

  isEmpty() {
    return Object.keys(this.entries).length === 0;
  }
}
