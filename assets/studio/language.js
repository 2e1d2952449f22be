// The choice of a language: links that the server answers with the page in it. Shares the names of keys.js.
const languages = element.querySelector('.cw-language');
const folded = () => { languages.open = false; };

languages.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || !languages.open) return;
  folded();
  languages.querySelector('summary').focus();
});
languages.addEventListener('focusout', (event) => { if (event.relatedTarget && !languages.contains(event.relatedTarget)) folded(); });
document.addEventListener('pointerdown', (event) => { if (!languages.contains(event.target)) folded(); });
languages.querySelectorAll('a').forEach((link) => {
  link.addEventListener('click', () => {
    link.search = location.search;
    tell('leaving'); // the photo on the stage comes back
  });
});
