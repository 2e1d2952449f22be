// The batch page: a list of batches and a form for a new one, or one batch. Which, the address says behind its #.
import { ask, jobAddress } from './api.js';
import { by } from './elements.js';
import './header.js';
import * as jobs from './jobs.js';
import * as progress from './progress.js';
import * as review from './review.js';
import * as setup from './setup.js';
import { titleOf, words } from './words.js';

const AT_REST = ['open', 'paused', 'done', 'cancelled'];
const said = (text) => { by('said').textContent = text; };
const problem = (text) => { by('problem').textContent = text; };
const mark = document.title;

let last = {}; // of the job that is shown
let turn = 0; // of showing: what comes late is dropped
let parting = ''; // why a job is left that is not there any more

setup.start({ said, problem, made: jobs.keep, dropped: jobs.drop, done: (id) => { location.hash = id; } });
jobs.start({ said, problem });
review.start({ said, problem, started: (job) => { progress.show(job); progress.follow(job.id); } });
progress.start({ problem, changed, gone });

function changed(job) {
  by('job-title').textContent = titleOf(job);
  const ended = job.done + job.failed, atRest = AT_REST.includes(job.state);
  document.title = `${atRest ? '' : `${ended}/${job.total} · `}${titleOf(job)} · ${mark}`;
  if (job.id === last.id && (ended !== last.ended || job.total !== last.total || job.state !== last.state)) review.changed(job, atRest);
  last = { id: job.id, ended, total: job.total, state: job.state };
}

function gone(id) {
  jobs.drop(id);
  parting = words.gone;
  location.hash = '';
}

async function show() {
  const [id, item] = location.hash.slice(1).split('/').map(decodeURIComponent);
  const mine = ++turn, late = () => mine !== turn;
  progress.leave();
  last = {};
  said('');
  problem(parting);
  parting = '';
  by('job').hidden = !id;
  by('setup').hidden = Boolean(id);
  try {
    await (id ? showJob(id, Number(item) || null, late) : showJobs());
  } catch (error) {
    if (late()) return;
    if (id && error.status === 404) gone(id);
    else problem(error.message);
  }
}

async function showJob(id, item, late) {
  jobs.hide();
  by('review').hidden = true;
  const job = await ask(jobAddress(id));
  if (late()) return;
  progress.show(job);
  if (!item) by('job-title').focus();
  await review.open(job, item);
  if (late()) return;
  progress.follow(id);
}

async function showJobs() {
  document.title = mark;
  setup.show();
  await jobs.show();
}

by('back').addEventListener('click', () => { location.hash = ''; });
addEventListener('hashchange', async (event) => {
  await show();
  if (!location.hash && new URL(event.oldURL).hash) by('setup-title').focus();
});
show();
