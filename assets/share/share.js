// What a script adds to a client's page: the slider, and times as they are written where the client is.
const view = document.querySelector('.view');
const language = document.documentElement.lang;

if (view) {
  const range = view.querySelector('.range');
  const show = () => view.style.setProperty('--position', range.value + '%');
  view.classList.add('is-live');
  view.querySelectorAll('[hidden]').forEach((part) => { part.hidden = false; });
  range.addEventListener('input', show);
  show(); // a browser may have kept where it was
}

for (const time of document.querySelectorAll('time')) {
  const how = { dateStyle: 'medium', timeStyle: 'short' };
  time.textContent = new Date(time.dateTime).toLocaleString(language, how);
}

// Who asks for a change has to say which.
for (const button of document.querySelectorAll('button[name=answer]')) {
  button.addEventListener('click', () => { button.form.note.required = button.value === 'change'; });
}
