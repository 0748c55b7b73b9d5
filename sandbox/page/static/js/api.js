/** The viewer API, one function a call; knows addresses and transport, not what the answers mean. */

const BASE = "/slack/_view";

export const people = () => get(`${BASE}/people`);
export const workspace = (user) => get(`${BASE}/${enc(user)}/workspace`);
export const channel = (user, id) => get(`${BASE}/${enc(user)}/channel/${enc(id)}`);
export const pictureAddress = (user, id) => `${BASE}/${enc(user)}/picture/${enc(id)}`;
export const home = (user) => get(`${BASE}/${enc(user)}/home`);
export const modals = (user) => get(`${BASE}/${enc(user)}/modals`);
export const details = (user) => get(`${BASE}/${enc(user)}/details`);
export const world = () => get("/world/summary");

export const sendMessage = (user, body) => post(user, "message", body);
export const sendCommand = (user, body) => post(user, "command", body);
export const useShortcut = (user, body) => post(user, "shortcut", body);
export const openDetails = (user, body) => post(user, "details", body);
export const closeDetails = (user) => post(user, "details_close", {});
export const stopSession = (user, body) => post(user, "stop", body);
export const runWorkflow = (user, body) => post(user, "workflow", body);
export const act = (user, body) => post(user, "action", body);
export const submit = (user, body) => post(user, "submit", body);
export const close = (user, body) => post(user, "close", body);
export const openHome = (user, tab = "home") => post(user, "home_open", { tab });

/** The address of a person's live socket. */
export function liveAddress(user) {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return `${scheme}://${location.host}${BASE}/${enc(user)}/live`;
}

/** What went wrong, in words, from an answer that is not ok. */
export function explain(answer, fallback = "That did not work.") {
  return answer.detail || answer.error || fallback;
}

const enc = encodeURIComponent;

/** The answer, or null when there is none to be had: callers keep what they show. */
async function get(path) {
  try {
    const answer = await fetch(path);
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

const post = (user, verb, body) => control({ path: `${BASE}/${enc(user)}/${verb}`, body });

/** The answer as {ok, ...}; an unreachable sandbox is an answer too. */
export async function control({ path, body = {}, method = "POST" }) {
  try {
    const answer = await fetch(path, {
      method,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const said = await answer.json().catch(() => ({}));
    return { ok: answer.ok, ...said };
  } catch {
    return { ok: false, error: "unreachable", detail: "The sandbox does not answer. Nothing was sent." };
  }
}
