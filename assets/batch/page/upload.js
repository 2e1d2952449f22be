// Photos to a job, a few at a time; what is lost on the way is sent once more.
import { sendFiles } from './api.js';

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

const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

async function patiently(id, group, field) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await sendFiles(id, group, field);
    } catch (error) {
      const passing = !error.status || [429, 502, 503, 504].includes(error.status);
      if (!passing || attempt === TRIES) throw error;
      await pause(Math.max(error.wait ?? 0, attempt));
    }
  }
}

/**
 * Send files. The server knows one that it was sent before, so nothing is there twice.
 * @param told called with how many were sent so far
 * @returns the files that were refused, with why
 */
export async function sendAll(id, files, told) {
  const refused = [];
  let sent = 0;
  const archives = files.filter(isArchive), photos = files.filter((file) => !isArchive(file));
  const work = [...[...groups(photos)].map((group) => [group, 'photos']), ...archives.map((file) => [[file], 'archive'])];
  for (const [group, field] of work) {
    try {
      refused.push(...(await patiently(id, group, field)).refused);
    } catch (error) {
      if (!error.status || group.length > 1 || error.code === 'too_many_photos' || error.code === 'storage_full') throw error;
      refused.push({ file: group[0].name, message: error.message });
    }
    sent += group.length;
    told(sent);
  }
  return refused;
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
