// The server, as this page asks it.
import { words } from './words.js';

const JOBS = 'studio/jobs';

export const jobAddress = (id, rest = '') => `${JOBS}/${encodeURIComponent(id)}${rest}`;

/** What an answer says; an Error with a sentence for people where it is a refusal. */
async function answered(asking) {
  let answer;
  try {
    answer = await asking;
  } catch {
    throw new Error(words.offline);
  }
  if (answer.status === 204) return null;
  const told = await answer.json().catch(() => ({}));
  if (answer.ok) return told;
  const error = new Error(told.message ?? words.failed);
  error.status = answer.status;
  error.code = told.code;
  error.wait = Number(answer.headers.get('retry-after') ?? 0);
  throw error;
}

const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** Do what can be done twice, and once more where it failed for a reason that may pass: a lost line, a busy server. */
export async function patiently(work, tries) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const passing = !error.status || [429, 502, 503, 504].includes(error.status);
      if (!passing || attempt === tries) throw error;
      await pause(Math.max(error.wait ?? 0, attempt));
    }
  }
}

export function ask(path) {
  return patiently(() => answered(fetch(path)), 3);
}

export function send(method, path, body) {
  const json = body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  return answered(fetch(path, { method, ...json }));
}

export const listJobs = () => ask(JOBS);
export const makeJob = (wish) => send('POST', JOBS, wish);

/** Files with their folders to a job that is open. */
export function sendFiles(id, files, field) {
  const form = new FormData();
  for (const file of files) form.append(field, file, file.webkitRelativePath || file.name);
  return answered(fetch(jobAddress(id, '/photos'), { method: 'POST', body: form }));
}
