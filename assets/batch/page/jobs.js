// The list of batches.
import { ask, jobAddress, listJobs, send } from './api.js';
import { by, element } from './elements.js';
import { say, titleOf, words } from './words.js';

const KEPT = 'cutaway.jobs'; // ids, for servers that let everybody in and list nobody's jobs
const MOST = 50;
const LOOK = 3000; // ms

const rows = new Map(); // by id
let telling = { said() {}, problem() {} };
let timer = null;
let turn = 0; // of showing and hiding: what comes late is dropped

const kept = () => JSON.parse(localStorage.getItem(KEPT) ?? '[]');
const write = (ids) => localStorage.setItem(KEPT, JSON.stringify([...new Set(ids)].slice(0, MOST)));

export const keep = (id) => write([id, ...kept()]);
export const drop = (id) => write(kept().filter((one) => one !== id));

export function start(callbacks) {
  telling = callbacks;
}

export function hide() {
  turn += 1;
  clearTimeout(timer);
  timer = null;
  by('jobs').hidden = true;
}

/** Show the list, and go on looking while something in it is under way. */
export async function show() {
  const mine = ++turn, found = await all();
  if (mine !== turn) return;
  for (const [id, row] of rows) if (!found.some((job) => job.id === id)) { row.remove(); rows.delete(id); }
  found.forEach((job, place) => {
    const row = rows.get(job.id) ?? made(job.id);
    fill(row, job);
    if (by('job-list').children[place] !== row) by('job-list').insertBefore(row, by('job-list').children[place] ?? null);
  });
  by('jobs').hidden = !found.length;
  clearTimeout(timer);
  timer = found.some((job) => ['waiting', 'running'].includes(job.state)) ? setTimeout(lookAgain, LOOK) : null;
}

function lookAgain() {
  if (!by('setup').hidden) show().catch(() => { timer = setTimeout(lookAgain, LOOK); });
}

async function all() {
  const { jobs } = await listJobs();
  const known = new Set(jobs.map((job) => job.id));
  const others = await Promise.allSettled(kept().filter((id) => !known.has(id)).map((id) => ask(jobAddress(id))));
  return [...jobs, ...others.filter((one) => one.value).map((one) => one.value)].sort((one, other) => other.created - one.created);
}

function made(id) {
  const button = element('button', { type: 'button', className: 'quiet', textContent: words.remove });
  const row = element('li', {}, element('a', { href: `#${id}` }), element('span'), element('progress', { max: 1 }), button);
  button.addEventListener('click', () => remove(id, row));
  rows.set(id, row);
  return row;
}

function fill(row, job) {
  const [link, about, bar, button] = row.children, ended = job.done + job.failed;
  link.textContent = titleOf(job);
  const failed = job.failed ? [say('failed_n', { n: job.failed })] : [];
  about.textContent = [words[`state_${job.state}`], say('ended', { n: ended, all: job.total }), ...failed].join(' · ');
  bar.hidden = !['waiting', 'running', 'paused'].includes(job.state);
  bar.value = job.total ? ended / job.total : 0;
  bar.setAttribute('aria-label', link.textContent);
  button.setAttribute('aria-label', `${words.remove}: ${link.textContent}`);
}

async function remove(id, row) {
  if (!confirm(say('really', { name: row.firstChild.textContent }))) return;
  try {
    await send('DELETE', jobAddress(id));
  } catch (error) {
    if (error.status !== 404) { telling.problem(error.message); return; }
  }
  drop(id);
  const next = (row.nextElementSibling ?? row.previousElementSibling)?.querySelector('button');
  row.remove();
  rows.delete(id);
  telling.said(words.removed);
  by('jobs').hidden = !rows.size;
  (next ?? by('setup-title')).focus();
}
