// Chats forward photographs, not drawings: each card becomes one, twice as large, for sharp codes on sharp screens.
function photograph(drawing) {
  const canvas = document.createElement("canvas");
  canvas.width = 2 * drawing.naturalWidth;
  canvas.height = 2 * drawing.naturalHeight;
  canvas.getContext("2d").drawImage(drawing, 0, 0, canvas.width, canvas.height);
  drawing.src = canvas.toDataURL("image/png");
}

for (const drawing of document.querySelectorAll("img.poster")) {
  if (drawing.complete && drawing.naturalWidth) photograph(drawing);
  else drawing.addEventListener("load", () => photograph(drawing), { once: true });
}
