// Times as Slack writes them, in the zone of the acting user.
import { now, zone } from './state.js';

function as(at, options) {
  return new Intl.DateTimeFormat('en-GB', { timeZone: zone(), ...options }).format(at);
}

/** Hours and minutes. */
export function clockTime(at) {
  return as(at, { hour: '2-digit', minute: '2-digit' });
}

/** The local date, to compare. */
export function dateKey(at) {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone() }).format(at);
}

/** "Today", "Yesterday" or the weekday with its date. */
export function dayTitle(at) {
  const near = nearDay(at);
  if (near !== undefined) return near[0].toUpperCase() + near.slice(1);
  return as(at, { weekday: 'long', day: 'numeric', month: 'long' });
}

/** Date and time in full, for a tooltip. */
export function fullTime(at) {
  return as(at, { dateStyle: 'full', timeStyle: 'medium' });
}

/** A moment as the value of an input of date and time. */
export function localInput(at) {
  return `${dateKey(at)}T${as(at, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })}`;
}

/** The moment of such a value. The zone's distance from UTC is taken at the moment itself, because it may change at it. */
export function localMoment(value) {
  const wanted = Date.parse(`${value}Z`);
  const distance = (at) => Date.parse(`${localInput(at)}Z`) - Math.floor(at / 60_000) * 60_000;
  const near = wanted - distance(wanted);
  return wanted - distance(near);
}

function nearDay(at) {
  const names = { '-1': 'yesterday', 0: 'today', 1: 'tomorrow' };
  const apart = Math.round((Date.parse(dateKey(at)) - Date.parse(dateKey(now()))) / 86_400_000);
  return names[apart];
}

const long = { day: 'numeric', month: 'long', year: 'numeric' };

const tokens = {
  date: (at) => as(at, long),
  date_num: dateKey,
  date_long: (at) => as(at, { weekday: 'long', ...long }),
  date_short: (at) => as(at, { day: 'numeric', month: 'short', year: 'numeric' }),
  time: clockTime,
  time_secs: (at) => as(at, { hour: '2-digit', minute: '2-digit', second: '2-digit' }),
  ago: (at) => `${Math.max(0, Math.round((now() - at) / 60_000))} minutes ago`,
};

/** The text of a `<!date^…>` format; an unknown token stays as it is. */
export function formatDate(at, format) {
  return format.replaceAll(/\{(\w+?)(_pretty)?\}/g, (whole, name, pretty) => {
    const draw = tokens[name];
    if (draw === undefined) return whole;
    return (pretty === undefined ? undefined : nearDay(at)) ?? draw(at);
  });
}
