// The subject's place on the canvas: nine places, two words, or one's own from the picture. Its value is
// what a Recipe has for it: "", "photo", or two shares of the free room.
const TEXT = __TEXT__;
const root = element.querySelector('.cw-placing');
const radios = [...root.querySelectorAll('input')];
const own = root.querySelector('.cw-own-place');
const note = root.querySelector('.cw-frame-note');

const shares = (value) => value.split(',').map(Number);
const same = (one, other) => one === other
  || (one.includes(',') && other.includes(',') && shares(one).every((share, i) => Math.abs(share - shares(other)[i]) < 1e-3));

function show() {
  const value = props.value || '';
  const known = radios.find((radio) => same(radio.value, value));
  radios.forEach((radio) => { radio.checked = radio === known; });
  const [x, y] = shares(value).map((share) => Math.round(share * 100));
  own.textContent = known ? '' : TEXT.own.replace('{x}', x).replace('{y}', y);
}

radios.forEach((radio) => radio.addEventListener('change', () => {
  props.value = radio.value;
  own.textContent = '';
  trigger('align');
}));
document.addEventListener('cutaway:framed', ({ detail }) => { note.textContent = detail.note; });
watch('value', show);
show();
