// A new batch: photos, what is made of them, a trial, the start.
import { jobAddress, makeJob, send } from './api.js';
import { dropped, sendAll } from './upload.js';
import { facts, percent, say, why, words } from './words.js';

const by = (id) => document.getElementById(id);
const form = by('setup');

let files = [];
let job = null; // open, once photos are on their way
let sent = 0; // of the files
let ownRecipe = null;
let telling = { done() {}, problem() {} };

export function start(callbacks) {
  telling = callbacks;
  by('model').append(...facts.models.map(([label, value]) => new Option(label, value)));
  by('presets').append(...facts.presets.map(([label, value]) => check(label, value)));
  by('server-folder').hidden = !facts.folders;
  by('files').addEventListener('change', (event) => take([...event.target.files]));
  by('folder').addEventListener('change', (event) => take([...event.target.files].filter((file) => !file.name.startsWith('.'))));
  by('zip').addEventListener('change', (event) => take([...event.target.files]));
  by('look').addEventListener('change', showFields);
  by('recipe').addEventListener('change', readRecipe);
  by('try').addEventListener('click', () => busy(tryOut));
  form.addEventListener('submit', (event) => { event.preventDefault(); busy(begin); });
  const drop = by('drop');
  for (const kind of ['dragenter', 'dragover']) drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add('is-over'); });
  drop.addEventListener('dragleave', () => drop.classList.remove('is-over'));
  drop.addEventListener('drop', async (event) => {
    event.preventDefault();
    drop.classList.remove('is-over');
    take(await dropped(event.dataTransfer));
  });
}

export function show() {
  files = [];
  job = null;
  sent = 0;
  form.reset();
  ownRecipe = null;
  by('tried').replaceChildren();
  by('refused').replaceChildren();
  by('chosen').textContent = '';
  const look = by('look'), studio = look.querySelector('[value=studio]');
  studio.hidden = studio.disabled = !studioRecipe();
  look.value = studio.hidden ? 'transparent' : 'studio';
  showFields();
}

function check(label, value) {
  const field = document.createElement('label');
  const box = Object.assign(document.createElement('input'), { type: 'checkbox', value });
  field.append(box, label);
  return field;
}

function take(more) {
  const known = new Set(files.map(nameOf));
  files.push(...more.filter((file) => !known.has(nameOf(file))));
  for (const id of ['files', 'folder', 'zip']) by(id).value = '';
  by('chosen').textContent = say(files.length === 1 ? 'one_chosen' : 'chosen', { n: files.length });
}

const nameOf = (file) => `${file.webkitRelativePath || file.name} ${file.size}`;

function studioRecipe() {
  try {
    return JSON.parse(localStorage.getItem('cutaway.recipe'));
  } catch {
    return null;
  }
}

function showFields() {
  const look = by('look').value;
  by('color-field').hidden = look !== 'color';
  by('recipe-field').hidden = look !== 'file';
  by('format-field').hidden = by('model-field').hidden = look === 'studio' || look === 'file';
  if (look === 'white' || look === 'color') by('format').value = 'jpg';
  else if (by('format').value === 'jpg') by('format').value = 'png';
}

async function readRecipe(event) {
  const [file] = event.target.files;
  try {
    ownRecipe = file ? JSON.parse(await file.text()) : null;
  } catch {
    ownRecipe = null;
    telling.problem(words.no_recipe);
  }
}

/** What is to be made, as the server is asked for it. */
function wish() {
  const look = by('look').value, presets = [...by('presets').querySelectorAll(':checked')].map((box) => box.value);
  const base = look === 'studio' ? { ...studioRecipe(), strokes: [] } : look === 'file' ? ownRecipe : ofFields(look);
  if (!base) throw new Error(words.no_recipe);
  if (look === 'none' && !presets.length) throw new Error(words.no_preset);
  delete base.also_presets;
  if (!presets.length) return { recipe: base };
  if (look === 'none') return { recipe: base, presets };
  return { recipes: { cutout: base }, presets };
}

function ofFields(look) {
  const background = { white: 'white', color: by('color').value }[look] ?? { kind: 'none' };
  return { model: by('model').value, background, output: { format: by('format').value } };
}

async function busy(work) {
  telling.problem('');
  const buttons = form.querySelectorAll('button');
  buttons.forEach((button) => { button.disabled = true; });
  try {
    await work();
  } catch (error) {
    telling.problem(error.message);
  } finally {
    buttons.forEach((button) => { button.disabled = false; });
  }
}

/** A job that has all photos that were chosen, and makes what is wished. */
async function ready() {
  const folder = facts.folders ? by('folder-in').value.trim() : '';
  const asked = wish();
  if (!files.length && !folder) throw new Error(words.no_photos);
  if (!job) {
    const where = folder ? { folder, ...(by('folder-out').value.trim() && { results: by('folder-out').value.trim() }) } : {};
    job = await makeJob({ ...asked, ...where, name: by('name').value.trim(), start: false });
    telling.made(job.id);
  } else {
    job = await send('PUT', jobAddress(job.id, '/order'), { ...asked, name: by('name').value.trim() });
  }
  await upload();
  return job.id;
}

async function upload() {
  const waiting = files.slice(sent), before = sent, all = files.length;
  if (!waiting.length) return;
  const tell = (n) => { by('chosen').textContent = say('sent', { n: before + n, all }); };
  tell(0);
  const refused = await sendAll(job.id, waiting, (n) => { sent = before + n; tell(n); });
  by('refused').append(...refused.map((one) => Object.assign(document.createElement('li'), { textContent: `${one.file}: ${one.message}` })));
  if (refused.length === all) throw new Error(words.all_refused);
}

async function begin() {
  const id = await ready();
  await send('POST', jobAddress(id, '/start'));
  telling.done(id);
}

async function tryOut() {
  const id = await ready();
  const list = by('tried');
  list.replaceChildren();
  for (let photo = 0, photos = 1; photo < photos; photo += 1) {
    telling.said(say('trying', { n: photo + 1 }));
    let tried;
    try {
      tried = await send('POST', jobAddress(id, '/trial'), { photo });
    } catch (error) {
      if (error.code === 'photo_not_found') break;
      list.append(line(error.message));
      photos = Math.max(photos, 6);
      continue;
    }
    photos = tried.photos;
    list.append(...tried.results.map((result) => pair(tried, result)));
  }
  telling.said(words.tried_hint);
  list.querySelector('li')?.scrollIntoView({ block: 'nearest' });
}

function line(text) {
  return Object.assign(document.createElement('li'), { textContent: text, className: 'problems' });
}

function pair(tried, result) {
  const item = document.createElement('li');
  const both = Object.assign(document.createElement('div'), { className: 'pair' });
  both.append(picture(tried.before, words.before), picture(result.url, words.after));
  const about = document.createElement('p');
  const name = tried.results.length > 1 ? ` · ${result.name}` : '';
  about.textContent = [`${tried.file}${name} · ${percent(result.confidence)}`, ...result.reasons.map(why)].join(' · ');
  item.append(both, about);
  return item;
}

function picture(address, alt) {
  return Object.assign(new Image(), { src: address, alt, loading: 'lazy' });
}
