// What is made of each photo: one result or several, all from one matte.
import { by, element } from './elements.js';
import * as models from './models.js';
import { facts, say, words } from './words.js';

const CUT = ['model', 'input_size', 'noncommercial', 'refine', 'decontaminate', 'edges']; // how a Recipe cuts photos out
const FRAMINGS = { photo: {}, subject: { crop: 'subject', margin: '4%' }, 1000: { size: [1000, 1000], share: 0.85 }, 2000: { size: [2000, 2000], share: 0.85 } };
const OWN = ['studio', 'file'];

const rows = by('outputs');
let complain = () => {};

export function start(problem) {
  complain = problem;
  models.offer(by('model'), by('consent'));
  by('presets').append(...facts.presets.map(([label, value]) => element('label', {}, element('input', { type: 'checkbox', value }), label)));
  by('another').addEventListener('click', () => add('white').querySelector('select').focus());
}

export function clear() {
  rows.replaceChildren();
  add(studioRecipe() ? 'studio' : 'transparent');
  by('model').dispatchEvent(new Event('change'));
}

const part = (row, name) => row.querySelector(`[data-part=${name}]`);
const lookOf = (row) => part(row, 'look').value;

function add(look) {
  const row = by('output').content.firstElementChild.cloneNode(true);
  const studio = row.querySelector('[value=studio]');
  studio.hidden = studio.disabled = !studioRecipe();
  part(row, 'look').value = look;
  part(row, 'look').addEventListener('change', () => { dress(row); number(); });
  part(row, 'recipe').addEventListener('change', (event) => read(row, event.target.files[0]));
  part(row, 'remove').addEventListener('click', () => {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    number();
    (next?.querySelector('select') ?? by('another')).focus();
  });
  rows.append(row);
  dress(row);
  number();
  return row;
}

/** Show the fields that go with a row's background. */
function dress(row) {
  const look = lookOf(row), own = OWN.includes(look);
  part(row, 'color').closest('label').hidden = look !== 'color';
  part(row, 'recipe').closest('label').hidden = look !== 'file';
  part(row, 'format').closest('label').hidden = part(row, 'framing').closest('label').hidden = own;
  part(row, 'format').value = look === 'transparent' ? 'png' : 'jpg';
}

/** Names of rows and folders, and what goes only with several of them. */
function number() {
  [...rows.children].forEach((row, place) => {
    row.setAttribute('aria-label', say('output', { n: place + 1 }));
    part(row, 'name').placeholder = namesOf()[place];
    part(row, 'name').closest('label').hidden = rows.children.length < 2;
    part(row, 'remove').setAttribute('aria-label', `${words.remove}: ${say('output', { n: place + 1 })}`);
  });
  by('only-presets').hidden = rows.children.length > 0;
  by('cutting').hidden = [...rows.children].some((row) => OWN.includes(lookOf(row)));
}

/** The folders of the results: as they were called, or after their backgrounds. */
function namesOf() {
  const taken = new Set();
  return [...rows.children].map((row) => {
    const called = part(row, 'name').value.trim();
    if (called) return called;
    const stem = rows.children.length < 2 ? 'cutout' : { studio: 'studio', file: 'recipe' }[lookOf(row)] ?? lookOf(row);
    let name = stem;
    for (let next = 2; taken.has(name); next += 1) name = `${stem}-${next}`;
    taken.add(name);
    return name;
  });
}

function studioRecipe() {
  try {
    return JSON.parse(localStorage.getItem('cutaway.recipe'));
  } catch {
    return null;
  }
}

async function read(row, file) {
  row.recipe = null;
  try {
    row.recipe = file ? JSON.parse(await file.text()) : null;
  } catch {
    complain(words.no_recipe);
  }
}

/** The Recipe that a row brings with it, if it does. */
function ownOf(row) {
  const look = lookOf(row);
  if (!OWN.includes(look)) return null;
  const recipe = look === 'studio' ? studioRecipe() : row.recipe;
  if (typeof recipe !== 'object' || !recipe) throw new Error(words.no_recipe);
  const { also_presets: _, strokes: __, ...rest } = recipe; // presets stand below, strokes belong to one photo
  return rest;
}

function madeBy(row, own, cut) {
  if (own) return own;
  const look = lookOf(row);
  const background = { white: 'white', color: part(row, 'color').value }[look] ?? { kind: 'none' };
  return { ...cut, background, framing: FRAMINGS[part(row, 'framing').value], output: { format: part(row, 'format').value } };
}

/** What is to be made, as the server is asked for it. */
export function wish() {
  const presets = [...by('presets').querySelectorAll(':checked')].map((box) => box.value);
  const owns = [...rows.children].map(ownOf), leading = owns.find(Boolean);
  const cut = leading ? Object.fromEntries(CUT.filter((field) => field in leading).map((field) => [field, leading[field]])) : models.chosen(by('model'), by('consent'));
  const even = by('even').checked ? { even: { exposure: 1, white: 1 } } : {};
  const made = [...rows.children].map((row, place) => ({ ...madeBy(row, owns[place], cut), ...even }));
  if (!made.length && !presets.length) throw new Error(words.no_preset);
  if (!made.length) return { recipe: { ...cut, ...even }, presets };
  if (made.length === 1 && !presets.length && !part(rows.firstElementChild, 'name').value.trim()) return { recipe: made[0] };
  const names = namesOf();
  if (new Set(names).size < names.length) throw new Error(words.same_name);
  return { recipes: Object.fromEntries(made.map((recipe, place) => [names[place], recipe])), presets };
}
