// How far a job is, as it happens.
import { ask, jobAddress, send } from './api.js';
import { by, pressed } from './elements.js';
import { lasting, say, words } from './words.js';

const GOES_ON = ['paused', 'cancelled', 'open'];
const ENDS = ['waiting', 'running', 'paused'];
const LONGEST = 15; // seconds between attempts to hear of a job again

let source = null;
let current = null;
let timer = null;
let lost = 0; // attempts since it was heard of
let heard = ''; // what was told to those who can't see the bar
let telling = { changed() {}, problem() {}, gone() {} };

export function start(callbacks) {
  telling = callbacks;
  pressed(by('cancel'), () => act('cancel', by('go-on')));
  pressed(by('go-on'), () => act('start', by('cancel')));
}

async function act(what, next) {
  const id = current;
  try {
    const job = await send('POST', jobAddress(id, `/${what}`));
    if (id !== current) return;
    show(job);
    if (!next.hidden) next.focus();
    follow(job.id);
  } catch (error) {
    if (id === current) telling.problem(error.message);
  }
}

/** Follow a job until it is at rest, over connections that break and servers that are started anew. */
export function follow(id) {
  stop();
  current = id;
  source = new EventSource(jobAddress(id, '/events'));
  const told = (event) => {
    lost = 0;
    show(JSON.parse(event.data));
  };
  source.addEventListener('progress', told);
  source.addEventListener('end', (event) => { stop(); told(event); });
  source.addEventListener('gone', () => { stop(); telling.gone(id); });
  source.addEventListener('error', () => {
    by('lost').hidden = false;
    if (source?.readyState === EventSource.CLOSED) again(id); // else the browser tries by itself
  });
}

function again(id) {
  stop();
  lost += 1;
  timer = setTimeout(async () => {
    const job = await ask(jobAddress(id)).catch((error) => (error.status === 404 ? null : undefined));
    if (id !== current) return;
    if (job === null) telling.gone(id);
    else if (job) follow(id);
    else again(id);
  }, Math.min(2 ** lost, LONGEST) * 1000);
}

export function stop() {
  clearTimeout(timer);
  source?.close();
  source = null;
}

/** Nothing is followed any more. */
export function leave() {
  stop();
  current = null;
  heard = '';
  by('lost').hidden = true;
}

export function show(job) {
  const bar = by('bar'), ended = job.done + job.failed;
  by('lost').hidden = true;
  bar.max = Math.max(job.total, 1);
  bar.value = ended;
  bar.hidden = job.state === 'done';
  by('told').textContent = told(job, ended).join(' · ');
  by('paused').textContent = job.paused ?? '';
  by('cancel').hidden = !ENDS.includes(job.state);
  by('go-on').hidden = !GOES_ON.includes(job.state);
  by('go-on').textContent = job.state === 'open' ? words.start : words.go_on;
  tellAloud(job, ended);
  telling.changed(job);
}

function told(job, ended) {
  const parts = [words[`state_${job.state}`], say('ended', { n: ended, all: job.total })];
  if (job.failed) parts.push(say('failed_n', { n: job.failed }));
  if (job.rate) parts.push(say('rate', { n: Math.round(job.rate * (job.rate > 0.2 ? 60 : 600)) / (job.rate > 0.2 ? 1 : 10) }));
  if (job.seconds_left && job.left) parts.push(say('time_left', { time: lasting(job.seconds_left) }));
  return parts;
}

/** Each quarter, and each change of state: every photo would be too much to listen to. */
function tellAloud(job, ended) {
  const step = `${job.id} ${job.state} ${Math.floor((4 * ended) / Math.max(job.total, 1))}`;
  if (step === heard) return;
  heard = step;
  by('heard').textContent = `${words[`state_${job.state}`]}, ${say('ended', { n: ended, all: job.total })}`;
}
