// A photo of a batch on the stage: where it comes from, and the ways back. Which photos of this visit are of a
// batch is known to this tab alone. Also keeps the Recipe of other photos, for a batch to begin with.
const TEXT = __TEXT__;
const KEPT = 'cutaway-batch-photos'; // by the photo's id: what the server told of it
const RECIPE = 'cutaway.recipe'; // the page of batches reads it
const PATIENCE = 30_000; // ms until an answer is no longer waited for
const root = element.querySelector('.cw-batch-photo');
const at = (name) => root.querySelector('.cw-' + name);
const [said, ways, keeping, next, back] = ['batch-said', 'batch-ways', 'batch-keep', 'batch-next', 'batch-back'].map(at);
const [partly, rest, stay, error] = ['batch-partly', 'batch-rest', 'batch-stay', 'part-error'].map(at);
const address = (path) => new URL(path, document.baseURI).href;
const tell = (name, detail) => document.dispatchEvent(new CustomEvent('cutaway:' + name, { detail }));
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
let current = null; // what is known of the photo on the stage, if it is of a batch
let changed = false; // whether there is something to lose
let leaving = false; // nothing is lost: it was kept, or is not wanted
let onward = false; // whether to go on with the next photo once this one is kept
let ready = false; // whether the page's controls stand for the photo's Recipe; at first they are the last one's
let waiting = 0; // until an answer comes

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT)) || {};
  } catch {
    return {};
  }
}

function write(known) {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(known));
  } catch {
    // a browser that keeps nothing only loses the tie to the batch when the page is loaded again
  }
}

const known = read();

// Where the page of batches shows a photo, and where the studio opens it.
const inBatch = ({ job, number }) => address('batch#' + [job, number].map(encodeURIComponent).join('/'));
const inStudio = ({ job }, number) => address('./?' + new URLSearchParams({ job, item: number }));

function busy(working) {
  clearTimeout(waiting);
  waiting = working ? setTimeout(() => refuse(TEXT.offline), PATIENCE) : 0;
  enable();
}

function enable() {
  for (const button of [keeping, next, rest, stay]) button.disabled = !ready || Boolean(waiting);
}

function refuse(text) {
  busy(false);
  partly.hidden = true;
  error.textContent = text;
}

// Says whose photo is on the stage; null for one that is of no batch.
function show(opened) {
  current = opened;
  changed = ready = false;
  refuse('');
  root.hidden = !opened;
  if (!opened) return;
  const text = opened.batch ? TEXT.photo_of : TEXT.photo_of_unnamed;
  said.textContent = fill(text, { ...opened, name: opened.batch });
  back.textContent = TEXT.back;
  back.href = inBatch(opened);
  ways.hidden = keeping.hidden = next.hidden = false;
}

// What can't be opened is said in the same place, with the way back alone.
function miss(place, text) {
  said.textContent = '';
  refuse(text);
  back.textContent = TEXT.to_batch;
  back.href = inBatch(place);
  ways.hidden = false;
  keeping.hidden = next.hidden = true;
}

const put = (opened) => tell('open', { ...opened.photo, name: opened.file.split('/').pop() });

async function open(place) {
  root.hidden = false;
  ways.hidden = true;
  said.textContent = TEXT.opening;
  try {
    const path = ['studio/batch', place.job, place.number].map((part, i) => (i ? encodeURIComponent(part) : part));
    const answer = await fetch(address(path.join('/')), { method: 'POST' });
    const opened = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(opened.message || TEXT.refused);
    known[opened.photo.id] = opened;
    write(known);
    put(opened);
  } catch (problem) {
    miss(place, problem instanceof TypeError ? TEXT.offline : problem.message);
  }
}

// A page that is loaded again goes on with what was done so far, if the server still has the photo.
async function resume(place) {
  const again = performance.getEntriesByType('navigation').some(({ type }) => type === 'reload');
  const mine = ({ job, number }) => job === place.job && String(number) === place.number;
  const before = again && Object.values(known).findLast(mine);
  const picture = before && await fetch(address('studio/files/' + before.photo.preview), { cache: 'no-store' }).catch(() => null);
  if (picture && picture.ok) put(before);
  else open(place);
}

function keep(whole) {
  refuse('');
  busy(true);
  // A stroke that is still on its way to the server must not be left behind.
  tell('settle', () => trigger('keep', { partly: !whole }));
}

// The photo's changes are the batch's now, or not wanted: it leaves the visit.
function leave() {
  leaving = true;
  if (!current) return;
  delete known[current.photo.id];
  write(known);
  tell('forget', current.photo.id);
}

const told = {
  kept: ({ photo, following }) => {
    if (photo !== current.photo.id) return;
    leave();
    location.assign(onward && following ? inStudio(current, following) : inBatch(current));
  },
  partly: ({ text }) => {
    refuse('');
    partly.querySelector('p').textContent = text;
    partly.hidden = false;
    rest.focus();
  },
  refused: ({ text }) => {
    refuse(text);
    keeping.focus();
  },
};

watch('value', () => {
  const message = props.value || {};
  if (current && told[message.action]) told[message.action](message);
});

keeping.addEventListener('click', () => { onward = false; keep(true); });
next.addEventListener('click', () => { onward = true; keep(true); });
rest.addEventListener('click', () => keep(false));
stay.addEventListener('click', () => { partly.hidden = true; keeping.focus(); });
back.addEventListener('click', (event) => { if (!event.ctrlKey && !event.metaKey && !event.shiftKey) leave(); });

document.addEventListener('cutaway:taken', ({ detail }) => show(known[detail.id] || null));
document.addEventListener('cutaway:empty', () => show(null));
document.addEventListener('cutaway:leaving', () => { leaving = true; });
document.addEventListener('cutaway:steps', ({ detail }) => {
  changed = detail.back;
  ready = true;
  enable();
  if (current) return; // a batch does not begin with what was done to one photo of another
  try {
    localStorage.setItem(RECIPE, detail.recipe);
  } catch {
    // the page of batches then begins without it
  }
});
window.addEventListener('beforeunload', (event) => { if (current && changed && !leaving) event.preventDefault(); });
window.addEventListener('pageshow', () => { leaving = false; });

// Once the stage and the strip listen, in whatever order the parts of the page come. A photo that comes back
// after a change of the language is put onto the stage by the strip.
let begun = false;
function begin() {
  const visit = document.querySelector('.cw-visit[data-ready]');
  if (begun || !visit || !document.querySelector('.cw-stage[data-ready]')) return;
  begun = true;
  const asked = new URLSearchParams(location.search);
  const place = { job: asked.get('job'), number: asked.get('item') };
  if (place.job && place.number && visit.dataset.ready === 'fresh') resume(place);
}
document.addEventListener('cutaway:ready', begin);
begin();
