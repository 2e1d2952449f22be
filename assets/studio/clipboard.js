// The result on the clipboard. A browser lets a page write there only while it answers a click, so
// writing begins with the click, and the picture follows when the server has made it.
const clip = { waiting: null };

function clipProblem() {
  if (!window.isSecureContext) return TEXT.copy_insecure;
  return navigator.clipboard && window.ClipboardItem ? '' : TEXT.copy_unknown;
}

function startCopy() {
  endCopy();
  if (!photo) return;
  const problem = clipProblem();
  if (problem) { fail(problem); return; }
  const mine = {};
  const picture = new Promise((resolve, reject) => Object.assign(mine, { resolve, reject }));
  clip.waiting = mine;
  say(TEXT.copying);
  navigator.clipboard.write([new ClipboardItem({ 'image/png': picture })]).then(
    () => say(TEXT.copied),
    () => { if (!mine.told) fail(TEXT.copy_refused); },
  );
}

// The server said why there is nothing to copy, or another copy begins: that is all to be told.
function endCopy() {
  if (!clip.waiting) return;
  clip.waiting.told = true;
  clip.waiting.reject(new Error('nothing to copy'));
  clip.waiting = null;
}

actions.copy = async (message) => {
  const mine = clip.waiting;
  clip.waiting = null;
  if (!mine) return; // the browser can't, and has said so
  try {
    const answer = await fetch(shelf(message.file));
    if (!answer.ok) throw new Error('gone');
    mine.resolve(await answer.blob());
  } catch (problem) {
    mine.reject(problem);
  }
};

const failing = actions.error;
actions.error = (message) => { endCopy(); failing(message); };

document.addEventListener('click', (event) => {
  if (event.target.closest && event.target.closest('#copy-result')) startCopy();
});
