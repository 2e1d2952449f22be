// The batch page: a list of batches and a form for a new one, or one batch. Which, the address says behind its #.
import { ask, jobAddress, listJobs, send } from './api.js';
import * as progress from './progress.js';
import * as review from './review.js';
import * as setup from './setup.js';
import { say, words } from './words.js';

const KEPT = 'cutaway.jobs'; // ids, for servers that let everybody in and list nobody's jobs
const by = (id) => document.getElementById(id);
const said = (text) => { by('said').textContent = text; };
const problem = (text) => { by('problem').textContent = text; };

const kept = () => JSON.parse(localStorage.getItem(KEPT) ?? '[]');
const keep = (ids) => localStorage.setItem(KEPT, JSON.stringify([...new Set(ids)].slice(0, 50)));

let shownEnded = -1;

setup.start({
  said,
  problem,
  made: (id) => keep([id, ...kept()]),
  done: (id) => { location.hash = id; },
});
review.start({ said, problem, started: (job) => { progress.show(job); progress.follow(job.id); } });
progress.start({ problem, changed });

function changed(job) {
  by('job-title').textContent = job.name || say('unnamed', { date: new Date(job.created * 1000).toLocaleString(document.documentElement.lang) });
  document.title = `${job.done + job.failed}/${job.total} · ${by('job-title').textContent} · Cutaway`;
  const ended = job.done + job.failed, atRest = !['waiting', 'running'].includes(job.state);
  if (ended !== shownEnded || atRest) review.changed(atRest);
  shownEnded = ended;
}

async function show() {
  const [id, item] = location.hash.slice(1).split('/').map(decodeURIComponent);
  progress.stop();
  said('');
  problem('');
  by('job').hidden = !id;
  by('setup').hidden = by('jobs').hidden = Boolean(id);
  try {
    await (id ? showJob(id, Number(item) || null) : showJobs());
  } catch (error) {
    if (id && error.status === 404) {
      keep(kept().filter((one) => one !== id));
      location.hash = '';
    }
    problem(error.message);
  }
}

async function showJob(id, item) {
  shownEnded = -1;
  by('review').hidden = true;
  progress.show(await ask(jobAddress(id)));
  progress.follow(id);
  await review.open(id, item);
  if (!item) by('job-title').focus();
}

async function showJobs() {
  document.title = `${document.querySelector('h1').textContent} · Cutaway`;
  setup.show();
  const { jobs } = await listJobs();
  const known = new Set(jobs.map((job) => job.id));
  const others = await Promise.allSettled(kept().filter((id) => !known.has(id)).map((id) => ask(jobAddress(id))));
  const found = [...jobs, ...others.filter((one) => one.value).map((one) => one.value)];
  found.sort((one, other) => other.created - one.created);
  by('jobs').hidden = !found.length;
  by('job-list').replaceChildren(...found.map(row));
}

function row(job) {
  const item = document.createElement('li');
  const date = new Date(job.created * 1000).toLocaleString(document.documentElement.lang);
  const link = Object.assign(document.createElement('a'), { href: `#${job.id}`, textContent: job.name || say('unnamed', { date }) });
  const about = document.createElement('span');
  about.textContent = `${words[`state_${job.state}`]} · ${say('ended', { n: job.done + job.failed, all: job.total })}`;
  const button = Object.assign(document.createElement('button'), { type: 'button', className: 'quiet', textContent: words.remove });
  button.setAttribute('aria-label', `${words.remove}: ${link.textContent}`);
  button.addEventListener('click', async () => {
    if (!confirm(say('really', { name: link.textContent }))) return;
    try {
      await send('DELETE', jobAddress(job.id));
    } catch (error) {
      if (error.status !== 404) { problem(error.message); return; }
    }
    keep(kept().filter((one) => one !== job.id));
    item.remove();
    said(words.removed);
    document.getElementById('jobs').hidden = !by('job-list').children.length;
  });
  item.append(link, about, button);
  return item;
}

by('back').addEventListener('click', () => { location.hash = ''; });
by('help-open').addEventListener('click', () => by('help').showModal());
addEventListener('hashchange', show);
show();
