// What of a job is shown, and in which order: filters with their counts, and the line with all that is about them all.
import { able, by, element, folds, pressed } from './elements.js';
import { jobAddress } from './api.js';
import { facts, say, words } from './words.js';
import { state } from './state.js';

const FILES = { 'zip-all': 'results.zip', 'zip-accepted': 'results.zip?accepted=true', 'report-html': 'report.html', 'report-csv': 'report.csv' };

/** @param changed called when something else is to be shown; with true when it is all known already */
export function start(changed) {
  folds(by('export'));
  by('filters').append(...facts.filters.map((name) => {
    const button = element('button', { type: 'button', value: name }, words[`show_${name}`], element('b'));
    pressed(button, () => {
      state.filter = name;
      changed();
    });
    return button;
  }));
  by('sort').addEventListener('change', () => {
    state.sort = by('sort').value;
    changed();
  });
  by('result').addEventListener('change', () => {
    state.result = by('result').value;
    changed(true);
  });
}

/** The results of a job, one of which is shown. */
export function results(names) {
  by('result-field').hidden = names.length < 2;
  if (names.join('/') === [...by('result').options].map((option) => option.value).join('/')) return;
  by('result').replaceChildren(...names.map((name) => new Option(name, name)));
  state.result = names[0] ?? null;
}

/** Show another result of each photo. */
export function nextResult() {
  const { options, selectedIndex } = by('result');
  if (options.length < 2) return null;
  by('result').selectedIndex = (selectedIndex + 1) % options.length;
  state.result = by('result').value;
  return state.result;
}

/** Where a job's files are. */
export function files(id) {
  for (const [link, rest] of Object.entries(FILES)) by(link).href = jobAddress(id, `/${rest}`);
}

export function draw() {
  for (const button of by('filters').children) {
    const count = state.counts[button.value] ?? 0;
    button.querySelector('b').textContent = count;
    button.setAttribute('aria-pressed', String(button.value === state.filter));
    able(button, count > 0 || button.value === state.filter || button.value === 'all');
  }
  by('accept-above').textContent = say('accept_n', { n: state.acceptable });
  able(by('accept-above'), state.acceptable > 0);
  able(by('take-back'), state.undo.length > 0);
  by('fresh').hidden = state.sorted;
  by('fresh').textContent = state.fresh ? say('fresh', { n: state.fresh }) : words.sort_again;
  by('more').hidden = !state.more;
}
