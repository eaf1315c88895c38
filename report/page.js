"use strict";
(() => {
  const made = JSON.parse(document.getElementById("figures").textContent);
  const charts = [...document.querySelectorAll(".chart")];
  const paper = document.documentElement.dataset.paper === "yes";
  const options = paper ? { staticPlot: true }
    : { displaylogo: false, responsive: true, modeBarButtons: [["toImage"]] };
  const waiting = new Set(charts);
  const draw = (box) => {
    if (!waiting.delete(box)) return;
    const figure = made.figures[Number(box.dataset.figure)];
    Plotly.newPlot(box, figure.data, { ...figure.layout, template: made.template }, options);
    if (!waiting.size) document.documentElement.dataset.drawn = "yes";
  };
  const all = () => charts.forEach(draw);
  if (paper) { all(); return; }
  // What is in sight first, the rest a chart at a time: the page answers while it is drawn.
  const sight = new IntersectionObserver((seen) => {
    seen.filter((one) => one.isIntersecting).forEach((one) => draw(one.target));
  }, { rootMargin: "300px" });
  charts.forEach((box) => sight.observe(box));
  const later = () => {
    const next = waiting.values().next().value;
    if (!next) return;
    draw(next);
    setTimeout(later, 0);
  };
  setTimeout(later, 0);
  // Paper has another width than the window.
  const fit = () => {
    all();
    charts.filter((box) => box.clientWidth !== box._fullLayout.width).forEach((box) => Plotly.Plots.resize(box));
  };
  matchMedia("print").addEventListener("change", fit);
  addEventListener("beforeprint", fit);
})();
