// Every pair of a text's colour and what is painted behind it, once each, with the first words that have it.
() => {
  const numbers = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const over = (top, below) => {
    const alpha = top[3] ?? 1;
    return [0, 1, 2].map((n) => Math.round(top[n] * alpha + below[n] * (1 - alpha)));
  };
  const behind = (element) => {
    if (!element) return [255, 255, 255];
    const own = numbers(getComputedStyle(element).backgroundColor);
    return (own[3] ?? 1) === 1 ? own : over(own, behind(element.parentElement));
  };
  // what a picture paints below a text of its own: the last of its shapes that the text stands on
  const shapeUnder = (text) => {
    const { left, right, top, bottom } = text.getBoundingClientRect();
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    const below = [...text.ownerSVGElement.querySelectorAll("rect, path, circle, polygon")].filter((shape) => {
      const box = shape.getBoundingClientRect();
      return shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING && !shape.closest("defs")
        && /^rgb/.test(getComputedStyle(shape).fill) && box.left <= x && x <= box.right && box.top <= y && y <= box.bottom;
    });
    return below.length ? numbers(getComputedStyle(below.at(-1)).fill) : behind(text.ownerSVGElement);
  };
  const found = new Map();
  const keep = (colour, below, sample) => {
    const key = `${colour}|${below}`;
    if (!found.has(key)) found.set(key, [over(colour, below), below, sample.trim().slice(0, 60)]);
  };
  const seen = (element) => element.checkVisibility({ visibilityProperty: true });
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    const element = text.parentElement;
    if (!text.data.trim() || !seen(element)) continue;
    const style = getComputedStyle(element);
    if (!(element instanceof SVGElement)) keep(numbers(style.color), behind(element), text.data);
    else if (element.closest("text")) keep(numbers(style.fill), shapeUnder(element), text.data);
  }
  for (const element of document.body.querySelectorAll("*")) {
    for (const pseudo of ["::before", "::after"]) {
      const style = getComputedStyle(element, pseudo);
      if (["none", "normal"].includes(style.content) || !seen(element)) continue;
      const sample = style.content.split('"')[1] ?? "";
      if (sample) keep(numbers(style.color), over(numbers(style.backgroundColor), behind(element)), sample);
    }
  }
  return [...found.values()];
}
