// How far a job is, as it happens.
import { jobAddress, send } from './api.js';
import { lasting, say, words } from './words.js';

const by = (id) => document.getElementById(id);

let source = null;
let current = null;
let telling = { changed() {}, problem() {} };

export function start(callbacks) {
  telling = callbacks;
  by('cancel').addEventListener('click', () => act('cancel'));
  by('go-on').addEventListener('click', () => act('start'));
}

async function act(what) {
  try {
    const job = await send('POST', jobAddress(current, `/${what}`));
    show(job);
    follow(current);
  } catch (error) {
    telling.problem(error.message);
  }
}

/** Follow a job until it is at rest; a connection that is lost is made anew by the browser. */
export function follow(id) {
  stop();
  current = id;
  source = new EventSource(jobAddress(id, '/events'));
  const told = (event) => show(JSON.parse(event.data));
  source.addEventListener('progress', told);
  source.addEventListener('end', (event) => { stop(); told(event); });
}

export function stop() {
  source?.close();
  source = null;
}

export function show(job) {
  const bar = by('bar'), ended = job.done + job.failed;
  bar.max = Math.max(job.total, 1);
  bar.value = ended;
  const parts = [words[`state_${job.state}`], say('ended', { n: ended, all: job.total })];
  if (job.failed) parts.push(say('failed_n', { n: job.failed }));
  if (job.rate) parts.push(say('rate', { n: (job.rate * 60).toFixed(job.rate > 0.2 ? 0 : 1) }));
  if (job.seconds_left && job.left) parts.push(say('time_left', { time: lasting(job.seconds_left) }));
  by('told').textContent = parts.join(' · ');
  by('paused').textContent = job.paused ?? '';
  by('cancel').hidden = !['waiting', 'running', 'open', 'paused'].includes(job.state);
  by('go-on').hidden = !['paused', 'cancelled', 'open'].includes(job.state);
  telling.changed(job);
}
