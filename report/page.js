"use strict";
(() => {
  const made = JSON.parse(document.getElementById("figures").textContent);
  const charts = [...document.querySelectorAll(".chart")];
  const options = { displaylogo: false, responsive: true, modeBarButtons: [["toImage"]] };
  const draw = (box) => {
    const figure = made.figures[Number(box.dataset.figure)];
    return Plotly.newPlot(box, figure.data, { ...figure.layout, template: made.template }, options);
  };
  Promise.all(charts.map(draw)).then(() => { document.documentElement.dataset.drawn = "yes"; });
  // Paper has another width than the window.
  const fit = () => charts.forEach((box) => Plotly.Plots.resize(box));
  matchMedia("print").addEventListener("change", fit);
  addEventListener("beforeprint", fit);
})();
