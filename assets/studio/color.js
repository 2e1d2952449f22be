// A colour, as its value.
const field = element.querySelector('input');

function show() {
  const value = String(props.value || '');
  if (/^#[0-9a-f]{6}/i.test(value)) field.value = value.slice(0, 7).toLowerCase();
}

field.addEventListener('change', () => {
  props.value = field.value;
  trigger('color');
});
watch('value', show);
show();
