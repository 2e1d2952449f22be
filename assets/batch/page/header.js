// The head of the page: languages, and the sheet of keys.
import { by, folds } from './elements.js';

folds(by('language'));
by('language').querySelectorAll('a').forEach((link) => {
  link.addEventListener('click', async (event) => {
    event.preventDefault(); // the address keeps the choice, and leads to the Studio, where nobody wants to be
    await fetch(link.href, { redirect: 'manual' }).catch(() => null);
    location.reload();
  });
});
by('help-open').addEventListener('click', () => by('help').showModal());
