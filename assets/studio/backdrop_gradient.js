// The colours of a gradient, from two to five.
const FEWEST_STOPS = 2;
const MOST_STOPS = 5;
let places = null; // where the colours lie, where that is not evenly

function stopInput(color, index, count) {
  const input = document.createElement('input');
  input.type = 'color';
  input.value = color.slice(0, 7);
  input.dataset.alpha = color.slice(7);
  input.setAttribute('aria-label', TEXT.stop.replace('{number}', index + 1).replace('{count}', count));
  input.addEventListener('input', () => { input.dataset.alpha = ''; change(); });
  return input;
}

const stopInputs = () => [...at('stop-row').children];
const stops = () => stopInputs().map((input) => input.value + input.dataset.alpha);

function showStops(colors) {
  at('stop-row').replaceChildren(...colors.map((color, index) => stopInput(color, index, colors.length)));
  at('stop-less').disabled = colors.length <= FEWEST_STOPS;
  at('stop-more').disabled = colors.length >= MOST_STOPS;
}

function showGradient(part) {
  places = part.at || null;
  check('cw-gradient', part.shape || 'linear');
  showStops(part.colors);
  slide('angle', ((part.angle ?? 180) % 360 + 360) % 360);
  slide('center-x', (part.center ? part.center[0] : 0.5) * 100);
  slide('center-y', (part.center ? part.center[1] : 0.5) * 100);
}

function gradientPart() {
  const shape = chosen('cw-gradient');
  const part = { kind: 'gradient', shape, colors: stops(), at: places };
  if (shape === 'linear') return { ...part, angle: Number(at('angle').value) };
  return { ...part, center: [at('center-x').value / 100, at('center-y').value / 100] };
}

function setStops(colors) {
  places = null;
  showStops(colors);
  change();
}

at('stop-more').addEventListener('click', () => setStops([...stops(), stops().at(-1)]));
at('stop-less').addEventListener('click', () => setStops(stops().slice(0, -1)));
root.querySelectorAll('[data-gradient]').forEach((button) => {
  button.addEventListener('click', () => { showGradient(JSON.parse(button.dataset.gradient)); change(); });
});
