// A new batch: photos, what is made of them, a trial, the start.
import { jobAddress, makeJob, send } from './api.js';
import { able, by, isAble, pressed } from './elements.js';
import * as order from './order.js';
import * as photos from './photos.js';
import * as trial from './trial.js';
import { facts, words } from './words.js';

const form = by('setup');
const buttons = [by('try'), by('start'), by('anew')];

let job = null; // open, once photos are on their way
let place = ''; // the folders that it was made for
let busy = false;
let telling = { said() {}, problem() {}, made() {}, dropped() {}, done() {} };

export function start(callbacks) {
  telling = callbacks;
  by('server-folder').hidden = !facts.folders;
  order.start(telling.problem);
  photos.start();
  pressed(by('try'), () => doing(tryOut));
  pressed(by('anew'), () => doing(forgotten));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (isAble(by('start'))) doing(begin);
  });
  addEventListener('beforeunload', (event) => { if (busy) event.preventDefault(); });
}

export function show() {
  job = null;
  form.reset();
  trial.clear();
  photos.clear();
  order.clear();
}

async function doing(work) {
  telling.problem('');
  trial.stop();
  busy = true;
  buttons.forEach((button) => able(button, false));
  try {
    await work();
  } catch (error) {
    telling.problem(error.message);
  } finally {
    busy = false;
    buttons.forEach((button) => able(button, true));
  }
}

function folders() {
  const [folder, results] = facts.folders ? [by('folder-in').value.trim(), by('folder-out').value.trim()] : ['', ''];
  return folder ? { folder, ...(results && { results }) } : null;
}

/** A job that has all photos that were chosen, and makes what is wished. */
async function ready() {
  const wish = { ...order.wish(), name: by('name').value.trim() }, where = folders();
  if (!photos.count() && !where) throw new Error(words.no_photos);
  if (job && place !== JSON.stringify(where)) { // a job keeps its folders
    const old = job;
    job = null;
    photos.again();
    trial.clear();
    await send('DELETE', jobAddress(old.id));
    telling.dropped(old.id);
  }
  if (job) job = await send('PUT', jobAddress(job.id, '/order'), wish);
  else {
    job = await makeJob({ ...wish, ...where, start: false });
    place = JSON.stringify(where);
    telling.made(job.id);
  }
  job.total = await photos.send(job.id) ?? job.total;
  if (!job.total) throw new Error(photos.count() ? words.all_refused : words.no_photos);
  return job.id;
}

async function begin() {
  const id = await ready();
  await send('POST', jobAddress(id, '/start'));
  telling.done(id);
}

async function tryOut() {
  const id = await ready();
  buttons.forEach((button) => able(button, true)); // who has seen enough need not wait
  busy = false;
  if (await trial.run(id, telling.said)) telling.said(words.tried_hint);
}

/** Begin with other photos: those that were sent already are removed. */
async function forgotten() {
  const old = job;
  job = null;
  photos.clear();
  trial.clear();
  telling.said(words.chosen_none);
  by('files').focus();
  if (!old) return;
  await send('DELETE', jobAddress(old.id));
  telling.dropped(old.id);
}
