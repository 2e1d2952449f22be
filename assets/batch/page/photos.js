// The photos of a new batch: chosen or dropped, sent, and those among them that were not taken.
import { by, element } from './elements.js';
import { dropped, sendAll } from './upload.js';
import { say, size } from './words.js';

const STRAY = /^(\..*|thumbs\.db|desktop\.ini)$/i; // what systems leave in folders
const SOURCES = ['files', 'folder', 'zip'];

let files = [];
let sent = 0; // of them

export const count = () => files.length;

export function start() {
  for (const id of SOURCES) by(id).addEventListener('change', (event) => take([...event.target.files]));
  const drop = by('drop');
  const over = (so) => drop.classList.toggle('is-over', so);
  for (const kind of ['dragenter', 'dragover']) drop.addEventListener(kind, (event) => { event.preventDefault(); over(true); });
  drop.addEventListener('dragleave', (event) => { if (!drop.contains(event.relatedTarget)) over(false); });
  drop.addEventListener('drop', async (event) => {
    event.preventDefault();
    over(false);
    take(await dropped(event.dataTransfer));
  });
}

export function clear() {
  files = [];
  sent = 0;
  by('refused').replaceChildren();
  by('sending').hidden = by('anew').hidden = true;
  by('chosen').textContent = '';
}

/** Another job is to have them all: none is sent yet. */
export function again() {
  sent = 0;
  by('refused').replaceChildren();
}

const nameOf = (file) => `${file.webkitRelativePath || file.name} ${file.size} ${file.lastModified}`;

function take(more) {
  const known = new Set(files.map(nameOf));
  files.push(...more.filter((file) => !STRAY.test(file.name) && !known.has(nameOf(file))));
  for (const id of SOURCES) by(id).value = '';
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  by('chosen').textContent = say(files.length === 1 ? 'one_chosen' : 'chosen', { n: files.length, size: size(bytes) });
  by('anew').hidden = !files.length;
}

/**
 * Send what was not sent yet.
 * @returns how many photos the job has then; undefined where there was nothing to send
 */
export async function send(id) {
  const waiting = files.slice(sent), before = sent, all = files.length;
  if (!waiting.length) return undefined;
  const tell = (n) => {
    sent = before + n;
    by('chosen').textContent = say('sent', { n: sent, all });
    by('sending').value = sent / all;
  };
  by('sending').hidden = false;
  tell(0);
  try {
    const { total, refused } = await sendAll(id, waiting, tell, (one) => by('refused').append(element('li', { textContent: `${one.file}: ${one.message}` })));
    if (refused) by('chosen').textContent = `${say('sent', { n: all, all })} ${say('refused_n', { n: refused })}`;
    return total;
  } catch (error) {
    throw new Error(say('sending_stopped', { n: sent, all, why: error.message }));
  }
}
