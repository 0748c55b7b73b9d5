/** What Slack itself checks before a modal's submission leaves the client. */

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** What is wrong with each input block of a view, by block id; empty when nothing is. */
export function problemsIn(blocks, form) {
  const found = {};
  for (const block of blocks ?? []) {
    if (block.type !== "input") continue;
    const problem = problemWith(block, form.get(block.block_id, block.element.action_id));
    if (problem) found[block.block_id] = problem;
  }
  return found;
}

function problemWith({ optional, element }, entry) {
  if (isEmpty(entry)) return optional ? null : "Please complete this required field.";
  return CHECKS[element.type]?.(element, entry.value) ?? null;
}

function isEmpty(entry) {
  const { type, ...fields } = entry ?? {};
  return Object.values(fields).every((value) => value === null || value === "" || value?.length === 0);
}

const CHECKS = {
  plain_text_input: (element, value) =>
    value.length < (element.min_length ?? 0)
      ? `Please write at least ${element.min_length} characters.`
      : null,
  email_text_input: (_, value) => (EMAIL.test(value) ? null : "Please enter a valid email address."),
  url_text_input: (_, value) => (isAddress(value) ? null : "Please enter a valid URL."),
  number_input: checkNumber,
};

function isAddress(value) {
  try {
    return Boolean(new URL(value).hostname);
  } catch {
    return false;
  }
}

function checkNumber({ is_decimal_allowed: decimals, min_value: min, max_value: max }, value) {
  if (!/^-?\d+(\.\d+)?$/.test(value)) return "Please enter a number.";
  if (!decimals && value.includes(".")) return "Please enter a whole number.";
  if (min !== undefined && Number(value) < Number(min)) return `Please enter a number of at least ${min}.`;
  if (max !== undefined && Number(value) > Number(max)) return `Please enter a number of at most ${max}.`;
  return null;
}
