// Backdrops of before: parts of a Recipe, kept in this browser alone. A picture is kept as the id of its
// upload; when the server has cleaned that up, it is said and forgotten.
const RECENT = 'cutaway-backdrops';
const MOST = 8;
const SETTLED = 900; // milliseconds without another change
let recent = [];
let settling = null;

try {
  const found = JSON.parse(localStorage.getItem(RECENT) || '[]');
  recent = Array.isArray(found) ? found.filter((one) => one && one.part && one.part.kind) : [];
} catch {
  recent = [];
}

// What counts as the same: of a picture its upload, whatever was done with it.
const likeness = ({ part }) => (part.kind === 'image' ? part.source : JSON.stringify(part));

function keepRecent() {
  try {
    localStorage.setItem(RECENT, JSON.stringify(recent));
  } catch {
    // a browser that keeps nothing has none the next time
  }
  drawRecent();
}

// Remembers what is there once it is no longer being changed, and not every colour on the way.
function remember(part, picture) {
  clearTimeout(settling);
  if (part.kind === 'none' || part.kind === 'blur') return;
  settling = setTimeout(() => {
    const one = { part, picture };
    recent = [one, ...recent.filter((known) => likeness(known) !== likeness(one))].slice(0, MOST);
    keepRecent();
  }, SETTLED);
}

function forget(one) {
  recent = recent.filter((known) => known !== one);
  keepRecent();
  at('gone').textContent = TEXT.gone.replace('{name}', one.picture.name);
}

function cssOf(part) {
  const stops = part.colors.map((color, index) => (part.at ? `${color} ${part.at[index] * 100}%` : color)).join(', ');
  if (part.shape === 'linear') return `linear-gradient(${part.angle}deg in oklab, ${stops})`;
  const [x, y] = part.center.map((share) => share * 100 + '%');
  return `radial-gradient(circle farthest-corner at ${x} ${y} in oklab, ${stops})`;
}

function nameOf({ part, picture }) {
  if (part.kind === 'color') return part.color;
  if (part.kind === 'gradient') return part.colors.join(' – ');
  if (part.kind === 'studio') return libraryButton(part.name).innerText;
  return picture.name;
}

function thumbOf(one) {
  const image = document.createElement('img');
  image.alt = '';
  if (one.part.kind === 'studio') {
    const query = new URLSearchParams({ seed: one.part.seed });
    for (const name of ['color', 'accent']) if (one.part[name]) query.set(name, one.part[name]);
    image.src = address(`studio/backdrops/${one.part.name}?${query}`);
  } else {
    image.src = address('studio/files/' + one.picture.preview);
    image.onerror = () => forget(one);
  }
  return image;
}

function recentButton(one) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'cw-swatch';
  button.title = nameOf(one);
  button.setAttribute('aria-label', nameOf(one));
  if (one.part.kind === 'color') button.style.setProperty('--swatch', one.part.color);
  else if (one.part.kind === 'gradient') button.style.background = cssOf(one.part);
  else button.append(thumbOf(one));
  button.addEventListener('click', () => reuse(one));
  return button;
}

function drawRecent() {
  at('recent').hidden = recent.length === 0;
  at('recent').querySelector('.cw-swatches').replaceChildren(...recent.map(recentButton));
}

// Whether an upload is still on the server; asks for no more than the answer's head.
async function stillHere(id) {
  const enough = new AbortController();
  try {
    const answer = await fetch(address('studio/files/' + id), { cache: 'no-store', signal: enough.signal });
    enough.abort();
    return answer.ok;
  } catch {
    return true; // the server does not answer at all, which it says elsewhere
  }
}

async function reuse(one) {
  at('gone').textContent = '';
  if (one.part.kind === 'image' && !(await stillHere(one.part.source))) {
    forget(one);
    return;
  }
  tell('');
  show(one.part, one.picture);
  publish();
}
