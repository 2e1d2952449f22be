// The guides of an ID photo, and the head dragged by hand. Shares of the canvas, as the server keeps them.
const heads = at('heads');
let grip = null; // where a drag began
let placing = false;

function showHeads(list) {
  heads.replaceChildren(...(list || []).map(({ kind, name, top, bottom, label }) => {
    const guide = document.createElement('span');
    guide.className = `cw-head-guide cw-head-guide-${kind}`;
    guide.dataset.name = name;
    guide.style.top = `${top * 100}%`;
    guide.style.height = `${(bottom - top) * 100}%`;
    if (kind === 'line') guide.textContent = label;
    return guide;
  }));
}

function placeBy(on) {
  placing = on;
  view.classList.toggle('is-placing', on);
}

function movedBy(event) {
  const box = at('zoomed').getBoundingClientRect();
  return [(event.clientX - grip[0]) / box.width, (event.clientY - grip[1]) / box.height];
}

function shiftBy([x, y]) {
  const move = x || y ? `translate(${x * 100}%, ${y * 100}%)` : '';
  scene.style.transform = move;
  heads.style.setProperty('--moved', `${y * 100}cqh`);
}

document.addEventListener('cw-place', ({ detail }) => placeBy(detail));
view.addEventListener('pointerdown', (event) => {
  if (!placing || event.button || !view.classList.contains('has-scene')) return;
  if (event.target.closest('.cw-zoom')) return;
  grip = [event.clientX, event.clientY];
  view.setPointerCapture(event.pointerId);
});
view.addEventListener('pointermove', (event) => { if (grip) shiftBy(movedBy(event)); });
view.addEventListener('pointercancel', () => { grip = null; shiftBy([0, 0]); });
view.addEventListener('pointerup', (event) => {
  if (!grip) return;
  const by = movedBy(event);
  grip = null;
  if (Math.hypot(...by) > 0.002) trigger('nudge', { by });
  else shiftBy([0, 0]);
});
