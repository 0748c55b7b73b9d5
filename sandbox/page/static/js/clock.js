/** The world's clock and the viewer's time zone, and dates the way Slack writes them. */

const DAY_MS = 86_400_000;
let aheadMs = 0;
let zone = "UTC";

/** Sets the page's clock to the world's, which people may have pushed forward. */
export function setWorldClock(iso) {
  const at = Date.parse(iso);
  if (!Number.isNaN(at)) aheadMs = at - Date.now();
}

/** Sets the zone every time is shown in; an unknown one falls back to UTC. */
export function setZone(name) {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: name });
    zone = name;
  } catch {
    zone = "UTC";
  }
}

export const zoneName = () => zone;
export const now = () => Date.now() + aheadMs;
export const millisOf = (ts) => Number.parseFloat(ts) * 1000;

/** `10:32 AM` */
export function timeOf(ms, seconds = false) {
  return part(ms, { hour: "numeric", minute: "2-digit", ...(seconds && { second: "2-digit" }) });
}

/** The divider above a day's messages: `Today`, `Yesterday` or `Friday, November 20th`. */
export function dayOf(ms) {
  const near = nearby(ms);
  if (near) return capital(near);
  const year = yearOf(ms) === yearOf(now()) ? "" : `, ${yearOf(ms)}`;
  return `${part(ms, { weekday: "long" })}, ${part(ms, { month: "long" })} ${ordinal(ms)}${year}`;
}

/** The whole moment, for tooltips. */
export function momentOf(ms) {
  return `${FORMATS.date_long(ms)} at ${timeOf(ms, true)}`;
}

/** `2026-11-03` in the viewer's zone, which also tells days apart. */
export function isoDay(ms) {
  return new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).format(ms);
}

/** Fills Slack's date tokens: `{date_short_pretty} at {time}`. Unknown tokens stay as they are. */
export function fillTokens(template, ms) {
  return template.replace(/\{(\w+)\}/g, (token, name) => FORMATS[name]?.(ms) ?? token);
}

/** `2026-11-03T09:30` in the viewer's zone, and back to Unix seconds. */
export function localStamp(ms) {
  return `${isoDay(ms)}T${part(ms, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" })}`;
}

export function unixOfLocalStamp(stamp) {
  const asUtc = Date.parse(`${stamp}:00Z`);
  if (Number.isNaN(asUtc)) return null;
  // Two rounds settle the offset on days when the clocks change.
  let at = asUtc;
  for (let round = 0; round < 2; round += 1) at += asUtc - Date.parse(`${localStamp(at)}:00Z`);
  return at / 1000;
}

const FORMATS = {
  date_num: isoDay,
  date_slash: (ms) => part(ms, { year: "numeric", month: "2-digit", day: "2-digit" }),
  date: (ms) => `${part(ms, { month: "long" })} ${ordinal(ms)}, ${yearOf(ms)}`,
  date_short: (ms) => part(ms, { month: "short", day: "numeric", year: "numeric" }),
  date_long: (ms) => `${part(ms, { weekday: "long" })}, ${FORMATS.date(ms)}`,
  date_pretty: (ms) => nearby(ms) ?? FORMATS.date(ms),
  date_short_pretty: (ms) => nearby(ms) ?? FORMATS.date_short(ms),
  date_long_pretty: (ms) => nearby(ms) ?? FORMATS.date_long(ms),
  day_divider_pretty: (ms) => nearby(ms) ?? dayOf(ms),
  time: (ms) => timeOf(ms),
  time_secs: (ms) => timeOf(ms, true),
  ago,
};

function ago(ms) {
  const minutes = Math.round((ms - now()) / 60_000);
  const [amount, unit] =
    Math.abs(minutes) < 60
      ? [minutes, "minute"]
      : Math.abs(minutes) < 1440
        ? [Math.round(minutes / 60), "hour"]
        : [Math.round(minutes / 1440), "day"];
  return new Intl.RelativeTimeFormat("en-US", { numeric: "auto" }).format(amount, unit);
}

function nearby(ms) {
  const day = isoDay(ms);
  if (day === isoDay(now())) return "today";
  if (day === isoDay(now() - DAY_MS)) return "yesterday";
  return day === isoDay(now() + DAY_MS) ? "tomorrow" : null;
}

function ordinal(ms) {
  const day = Number(part(ms, { day: "numeric" }));
  const teens = day % 100 > 10 && day % 100 < 14;
  return `${day}${teens ? "th" : (["th", "st", "nd", "rd"][day % 10] ?? "th")}`;
}

const yearOf = (ms) => part(ms, { year: "numeric" });
const part = (ms, options) => new Intl.DateTimeFormat("en-US", { timeZone: zone, ...options }).format(ms);
const capital = (words) => words.charAt(0).toUpperCase() + words.slice(1);
