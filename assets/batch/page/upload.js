// Photos to a job, a few at a time; what is lost on the way is sent once more.
import { patiently, sendFiles } from './api.js';

const MOST = 8;
const MOST_BYTES = 40e6;
const TRIES = 4;

const isArchive = (file) => /\.zip$/i.test(file.name);

function* groups(files) {
  let group = [], bytes = 0;
  for (const file of files) {
    if (group.length && (group.length >= MOST || bytes + file.size > MOST_BYTES)) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(file);
    bytes += file.size;
  }
  if (group.length) yield group;
}

const ENDS_ALL = ['too_many_photos', 'storage_full', 'job_not_found', 'wrong_job_state'];

/**
 * Send files. The server knows one that it was sent before, so nothing is there twice.
 * @param told called with how many were sent so far
 * @param refuse called with each file that is not taken, and why
 * @returns how many photos the job has, and how many files were not taken
 */
export async function sendAll(id, files, told, refuse) {
  const result = { total: 0, refused: 0 };
  const turned = (some) => { result.refused += some.length; some.forEach(refuse); };
  let sent = 0;
  for (const [group, field] of parcels(files)) {
    try {
      const job = await patiently(() => sendFiles(id, group, field), TRIES);
      result.total = job.total;
      turned(job.refused);
    } catch (error) {
      if (!error.status || group.length > 1 || ENDS_ALL.includes(error.code)) throw error;
      turned([{ file: group[0].name, message: error.message }]);
    }
    sent += group.length;
    told(sent);
  }
  return result;
}

/** Groups of neighbours, each with the field that takes it; the order stays, so that sending can go on where it stopped. */
function* parcels(files) {
  let photos = [];
  for (const file of [...files, null]) {
    if (file && !isArchive(file)) { photos.push(file); continue; }
    for (const group of groups(photos)) yield [group, 'photos'];
    photos = [];
    if (file) yield [[file], 'archive'];
  }
}

/** The files of a drop, those within folders included. */
export async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files];
  const found = await Promise.all(entries.map((entry) => within(entry)));
  return found.flat();
}

async function within(entry) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    const path = entry.fullPath.slice(1);
    if (path !== file.name) Object.defineProperty(file, 'webkitRelativePath', { value: path });
    return [file];
  }
  const reader = entry.createReader(), files = [];
  for (;;) { // a browser hands over a hundred at a time
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return files;
    for (const inner of some) files.push(...await within(inner));
  }
}
