// What belongs to this visit: the photos so far as a strip, undo and redo, recipe files.
// The stage and the strip tell each other what happens through events of the document.
const TEXT = __TEXT__;
const KEPT = 'cutaway-visit';
const RETURN = 'cutaway-return'; // the id of the photo to come back to
const MOST = 60; // photos in the strip
const LONGEST = 1_000_000; // bytes of a recipe file
const root = element.querySelector('.cw-visit');
const at = (name) => root.querySelector('.cw-' + name);
const [strip, undo, redo, recipe, progress] = ['strip', 'undo', 'redo', 'recipe-file', 'progress'].map(at);
const notice = element.querySelector('.cw-refused');
const address = (path) => new URL(path, document.baseURI).href;
const tell = (name, detail) => document.dispatchEvent(new CustomEvent('cutaway:' + name, { detail }));
let photos = [];
let current = null; // the id of the photo on the stage
let refused = []; // the files of the last drop that could not be taken: name and reason
let lacking = false; // the stage waits for a photo that can be taken
let drop = 0; // so that an earlier one, still under way, is told from the last
let given = 0; // how many files it holds

function keep(name, value) {
  try {
    sessionStorage.setItem(name, JSON.stringify(value));
  } catch {
    // a browser that keeps nothing only loses the strip when the page is loaded again
  }
}

function item(photo) {
  const line = document.createElement('li');
  const button = document.createElement('button');
  const picture = document.createElement('img');
  button.type = 'button';
  button.className = 'cw-thumb';
  button.title = photo.name;
  button.setAttribute('aria-label', photo.name);
  if (photo.id === current) button.setAttribute('aria-current', 'true');
  picture.src = address('studio/files/' + photo.preview);
  picture.alt = '';
  picture.loading = 'lazy';
  picture.onerror = () => forget(photo.id); // cleaned up on the server
  button.append(picture);
  button.addEventListener('click', () => { if (photo.id !== current) tell('open', photo); });
  line.append(button);
  return line;
}

function draw() {
  root.hidden = photos.length === 0;
  strip.hidden = photos.length < 2;
  at('to-all').hidden = photos.length < 2 || !current;
  at('for-batch').hidden = !current;
  at('copy').disabled = at('remove').disabled = !current;
  strip.replaceChildren(...photos.map(item));
  keep(KEPT, photos);
}

function forget(id) {
  photos = photos.filter((photo) => photo.id !== id);
  draw();
}

function add(photo) {
  if (!photos.some((known) => known.id === photo.id)) photos = [...photos, photo].slice(-MOST);
}

function steps(back, forth) {
  undo.disabled = !back;
  redo.disabled = !forth;
}

async function send(path, how) {
  const answer = await fetch(address(path), how);
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(body.message || TEXT.refused);
  return body;
}

async function upload(file) {
  const headers = { 'Content-Type': 'application/octet-stream', 'X-File-Name': encodeURIComponent(file.name) };
  return { ...(await send('studio/photos', { method: 'POST', body: file, headers })), name: file.name };
}

// What could not be taken stays on the page until it is dismissed, or more photos are given.
function refuse(name, message) {
  refused.push(name ? `${name}: ${message}` : message);
  notice.querySelector('ul').replaceChildren(...refused.map((text) => Object.assign(document.createElement('li'), { textContent: text })));
  notice.hidden = false;
}

function forgive() {
  refused = [];
  notice.hidden = true;
}

function begin(count) {
  drop += 1;
  given = count;
  lacking = false;
  progress.hidden = true;
  forgive();
}

function stand(photo) {
  lacking = false;
  if (photo) tell('open', photo);
}

// One after the other, so that the photo on the stage is not kept waiting.
async function takeAll(files) {
  const mine = drop;
  let count = 0;
  for (const file of files) {
    count += 1;
    if (mine === drop) showProgress(count + 1, files.length + 1);
    try {
      const photo = await upload(file);
      add(photo);
      draw();
      if (mine === drop && lacking) stand(photo);
    } catch (problem) {
      refuse(file.name, problem instanceof TypeError ? TEXT.offline : problem.message);
    }
  }
  if (mine !== drop) return;
  progress.hidden = true;
  if (lacking) stand(photos.find((photo) => photo.id === current));
}

function showProgress(number, count) {
  progress.textContent = TEXT.reading.replace('{number}', number).replace('{count}', count);
  progress.hidden = false;
  root.hidden = false;
}

// The photo that was to come onto the stage can't: another one of the drop does, or the one that was there.
function fallBack({ name, message }) {
  refuse(name, message);
  lacking = true;
  if (given < 2) stand(photos.find((photo) => photo.id === current));
}

async function copy() {
  const original = photos.find((photo) => photo.id === current);
  if (!original) return;
  try {
    const twin = { ...(await send(`studio/photos/${current}/copy`, { method: 'POST' })), name: original.name };
    photos.splice(photos.indexOf(original) + 1, 0, twin);
    tell('open', twin);
  } catch (problem) {
    tell('problem', problem instanceof TypeError ? TEXT.offline : problem.message);
  }
}

function remove() {
  const place = photos.findIndex((photo) => photo.id === current);
  if (place < 0) return;
  fetch(address('studio/photos/' + current), { method: 'DELETE' }).catch(() => {});
  const next = photos[place + 1] || photos[place - 1];
  forget(current);
  if (next) tell('open', next);
  else tell('empty');
}

async function openRecipe(file) {
  if (file.size > LONGEST) tell('problem', TEXT.too_long);
  else trigger('recipe', { text: await file.text() });
}

function neighbour(step) {
  const place = photos.findIndex((photo) => photo.id === current) + step;
  if (current && photos[place]) tell('open', photos[place]);
}

document.addEventListener('cutaway:taken', ({ detail }) => { add(detail); current = detail.id; steps(false, false); draw(); });
document.addEventListener('cutaway:given', ({ detail }) => begin(detail));
document.addEventListener('cutaway:more', ({ detail }) => takeAll(detail));
document.addEventListener('cutaway:refused', ({ detail }) => fallBack(detail));
document.addEventListener('cutaway:steps', ({ detail }) => {
  const told = Number(undo.dataset.told || 0); // which answer the buttons go by
  if (detail.photo !== current || detail.number < told) return; // a later one came first
  steps(detail.back, detail.forth);
  undo.dataset.told = detail.number;
});
document.addEventListener('cutaway:neighbour', ({ detail }) => neighbour(detail));
document.addEventListener('cutaway:forget', ({ detail }) => forget(detail));
document.addEventListener('cutaway:leaving', () => { if (current) keep(RETURN, current); });
notice.querySelector('button').addEventListener('click', forgive);
undo.addEventListener('click', () => trigger('undo'));
redo.addEventListener('click', () => trigger('redo'));
at('save-recipe').addEventListener('click', () => trigger('keep'));
at('to-all').addEventListener('click', () => trigger('all', { photos: photos.map((photo) => photo.id) }));
at('copy').addEventListener('click', copy);
at('remove').addEventListener('click', remove);
recipe.addEventListener('change', () => { if (recipe.files.length) openRecipe(recipe.files[0]); recipe.value = ''; });

function kept(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name));
  } catch {
    return null;
  }
}

photos = kept(KEPT) || [];
draw();
strip.hidden = photos.length === 0; // after the page was loaded again even a single one can be reopened

// After a change of the page's language the photo that was on the stage comes back to it.
const back = photos.find((photo) => photo.id === kept(RETURN));
keep(RETURN, null);
if (back) tell('open', back);
root.dataset.ready = back ? 'back' : 'fresh';
tell('ready');
