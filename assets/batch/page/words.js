// The page's sentences, and what else its writer knows.
export const facts = JSON.parse(document.getElementById('facts').textContent);
export const words = facts.words;

const language = document.documentElement.lang;
const numbers = new Intl.NumberFormat(language);
const shares = new Intl.NumberFormat(language, { style: 'percent' });
const times = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });

/** A sentence with values put in for its {places}. */
export function say(name, values = {}) {
  return words[name].replace(/\{(\w+)\}/g, (all, key) => (typeof values[key] === 'number' ? numbers.format(values[key]) : values[key] ?? all));
}

const listed = (sides) => {
  const named = sides.map((side) => facts.sides[side]);
  return named.length < 2 ? named.join('') : `${named.slice(0, -1).join(', ')} ${facts.sides.and} ${named.at(-1)}`;
};

/** Why somebody should look at a cutout, in the page's language. */
export function why(reason) {
  const key = reason.sides.length ? `${reason.code}_at` : reason.code;
  const text = facts.reasons[`${key}_${reason.count}`] ?? facts.reasons[key];
  return text ? text.replace('{sides}', listed(reason.sides)) : reason.text;
}

/** A number of seconds as people say it. */
export function lasting(seconds) {
  if (seconds < 90) return say('seconds', { n: Math.max(1, Math.round(seconds)) });
  if (seconds < 5400) return say('minutes', { n: Math.round(seconds / 60) });
  return say('hours', { n: Math.round(seconds / 360) / 10 });
}

/** Bytes as people say them. */
export const size = (bytes) => (bytes < 1e9 ? say('megabytes', { n: Math.max(0.1, Math.round(bytes / 1e5) / 10) }) : say('gigabytes', { n: Math.round(bytes / 1e8) / 10 }));

export const percent = (score) => shares.format(score);

export const titleOf = (job) => job.name || say('unnamed', { date: times.format(job.created * 1000) });

export const modelTitle = (name) => facts.models.find((model) => model.value === name)?.label ?? name;
