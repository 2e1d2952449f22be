// What the server makes it stand for: after an undo, a recipe file, another photo.
watch('value', () => {
  const part = props.value || { kind: 'none' };
  if (JSON.stringify(part) === shown) return;
  shown = JSON.stringify(part);
  clearTimeout(settling);
  show(part);
});

root.querySelectorAll('input[type="range"]').forEach(write);
showGradient(JSON.parse(root.querySelector('[data-gradient]').dataset.gradient));
arrange();
drawRecent();
