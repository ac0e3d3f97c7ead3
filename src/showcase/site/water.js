// Draws water that flows past, and tells how this page's files came.
const canvas = document.querySelector("#water");
const context = canvas.getContext("2d");
const colour = getComputedStyle(document.documentElement).getPropertyValue("--water");
const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Draws the waves as they are at a time in milliseconds. */
function draw(time) {
  const { width, height } = canvas;
  context.clearRect(0, 0, width, height);
  context.lineWidth = 3;
  context.strokeStyle = colour;
  for (let wave = 0; wave < 5; wave++) {
    context.globalAlpha = 1 - wave * 0.18;
    context.beginPath();
    for (let x = 0; x <= width; x += 8) {
      const y = 30 + wave * 25 + 8 * Math.sin(x / 40 + time / (500 + 120 * wave) + wave);
      if (x === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    }
    context.stroke();
  }
  if (!isStill) requestAnimationFrame(draw);
}

requestAnimationFrame(draw);

for (const element of document.querySelectorAll(".origin")) element.textContent = location.origin;

addEventListener("load", () => {
  const files = performance.getEntriesByType("resource")
    .map(({ name, encodedBodySize }) => `${name.split("/").at(-1)} (${encodedBodySize} octets)`);
  document.querySelector("#received").textContent = `Received: ${files.join(", ")}.`;
});
