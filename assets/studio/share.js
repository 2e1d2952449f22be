// Links for clients: makes them, shows what became of them, takes them back. The list is the server's;
// this browser keeps only the key that says which links are its own.
const TEXT = __TEXT__;
const KEY = 'cutaway-owner';
const TOLD = 'cutaway-answers';
const ASK_AGAIN = 10_000; // ms between two looks for answers, while there are links
const root = element.querySelector('.cw-fold');
const STATES = { waiting: TEXT.waiting, approved: TEXT.approved, change: TEXT.change };
const NEWS = { approved: TEXT.client_approved, change: TEXT.client_change };
const at = (name) => root.querySelector('.cw-' + name);
const [make, said, error, links, reach] = ['make', 'share-said', 'part-error', 'links', 'reach'].map(at);
const news = at('news');
const list = links.querySelector('ul');
const address = (path) => new URL(path, document.baseURI).href;
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const tell = (name, detail) => document.dispatchEvent(new CustomEvent('cutaway:' + name, { detail }));
let known = kept(); // how many answers of each link the owner was told of
let shown = ''; // the list as it is on the page

function owner() {
  let key = null;
  try {
    key = localStorage.getItem(KEY);
    if (key) return key;
    const bytes = crypto.getRandomValues(new Uint8Array(24));
    key = btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_');
    localStorage.setItem(KEY, key);
  } catch {
    key = null; // the server says what that means
  }
  return key || '';
}

function kept() {
  try {
    return JSON.parse(localStorage.getItem(TOLD)) || {};
  } catch {
    return {};
  }
}

function hasKey() {
  try {
    return Boolean(localStorage.getItem(KEY));
  } catch {
    return false;
  }
}

function fail(message) {
  error.textContent = message || '';
  if (message) said.textContent = '';
}

function say(message) {
  said.textContent = message;
  error.textContent = '';
}

const ask = (path, how = {}) => fetch(address('studio/shares' + path), { ...how, headers: { 'X-Owner-Key': owner() } });

function part(kind, className, text) {
  const made = document.createElement(kind);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function button(text, name, action) {
  const made = part('button', 'cw-quiet', text);
  made.type = 'button';
  made.setAttribute('aria-label', `${text}: ${name}`);
  made.addEventListener('click', () => action(made));
  return made;
}

const when = (seconds) => new Date(seconds * 1000).toLocaleString(document.documentElement.lang, { dateStyle: 'medium', timeStyle: 'short' });

function answerLine(answer) {
  const line = part('li', 'is-' + answer.verdict);
  line.append(part('span', 'cw-said-when', `${STATES[answer.verdict]} · ${when(answer.at)}`));
  if (answer.note) line.append(part('p', 'cw-said-note', answer.note));
  return line;
}

async function copy(field, pressed) {
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    document.execCommand('copy'); // browsers keep the clipboard from pages on plain http
  }
  pressed.textContent = TEXT.copied;
  setTimeout(() => { pressed.textContent = TEXT.copy; }, 2000);
}

async function revoke(share) {
  try {
    const answer = await ask('/' + share.id, { method: 'DELETE' });
    if (!answer.ok) throw new Error();
    say(fill(TEXT.revoked, share));
  } catch {
    fail(TEXT.offline);
  }
  refresh();
  make.focus();
}

function item(share) {
  const line = part('li', 'cw-link');
  const head = part('p', 'cw-link-head');
  head.append(part('strong', '', share.name), part('span', 'cw-state is-' + share.state, STATES[share.state]));
  const facts = [fill(TEXT.until, { time: when(share.expires) })];
  if (share.watermark) facts.push(fill(TEXT.marked, { text: share.watermark }));
  if (share.download) facts.push(TEXT.full_size);
  const field = part('input', 'cw-hex cw-address');
  field.readOnly = true;
  field.value = address('share/' + share.id);
  field.setAttribute('aria-label', fill(TEXT.address, share));
  field.addEventListener('focus', () => field.select());
  const open = part('a', 'cw-quiet cw-open-link', TEXT.open);
  open.href = field.value;
  open.target = '_blank';
  open.rel = 'noopener noreferrer';
  open.setAttribute('aria-label', `${TEXT.open}: ${share.name}`);
  const actions = part('div', 'cw-link-actions');
  actions.append(button(TEXT.copy, share.name, (pressed) => copy(field, pressed)), open, button(TEXT.revoke, share.name, () => revoke(share)));
  line.append(head, part('p', 'cw-note', facts.join(' · ')), field, actions);
  if (share.answers.length) {
    const answers = part('ul', 'cw-answers');
    answers.append(...[...share.answers].reverse().map(answerLine));
    line.append(answers);
  }
  return line;
}

// Redrawn only where something changed, so that the focus stays where it is.
function draw(shares) {
  links.hidden = shares.length === 0;
  const next = JSON.stringify(shares);
  if (next === shown) return;
  shown = next;
  list.replaceChildren(...shares.map(item));
}

// How many answers came that the owner has not seen in the open panel.
function announce(shares) {
  for (const share of shares) {
    const more = share.answers.length - (known[share.id] || 0);
    if (more <= 0) continue;
    tell('say', fill(NEWS[share.answers.at(-1).verdict], share));
    if (!root.open) news.textContent = Number(news.textContent) + more;
  }
  known = Object.fromEntries(shares.map((share) => [share.id, share.answers.length]));
  try {
    localStorage.setItem(TOLD, JSON.stringify(known));
  } catch {
    // a browser that keeps nothing tells of them once more
  }
}

async function refresh() {
  if (!hasKey()) return;
  try {
    const answer = await ask('');
    if (!answer.ok) return;
    const shares = await answer.json();
    announce(shares);
    draw(shares);
  } catch {
    // the next look may find the server again
  }
}

function tellReach() {
  const here = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(location.hostname);
  const said = fill(here ? TEXT.here_only : TEXT.others, { host: location.host });
  reach.replaceChildren(...said.split(/(--[a-z]+(?: [\d.]+)?)/).map((piece, n) => part(n % 2 ? 'code' : 'span', '', piece)));
  reach.classList.toggle('is-warning', here);
}

root.addEventListener('toggle', () => { news.textContent = ''; });
make.addEventListener('click', () => {
  say(TEXT.making);
  trigger('link', {
    owner: owner(),
    lifetime: root.querySelector('[name=cw-lifetime]:checked').value,
    watermark: at('watermark').value,
    download: at('may-download').checked,
  });
});

watch('value', () => {
  const told = props.value || {};
  if (told.error) fail(told.error);
  if (!told.share) return;
  say(TEXT.ready);
  refresh();
});

document.addEventListener('visibilitychange', () => { if (!document.hidden) refresh(); });
setInterval(() => { if (!document.hidden && !links.hidden) refresh(); }, ASK_AGAIN);
tellReach();
refresh();
