// Draws the charts of a page: each <figure data-chart="id of its JSON"> has one [data-plot].
(() => {
  "use strict";

  const config = {
    displaylogo: false,
    // Our own "Save as a picture" button works with a keyboard; Plotly's row of icons does not.
    displayModeBar: false,
    responsive: true,
    // Figures stay here: Plotly's own button would post them to an outside site.
    showSendToCloud: false,
    plotlyServerURL: "",
    modeBarButtonsToRemove: ["sendDataToCloud", "lasso2d", "select2d"],
  };
  const NARROW = 480; // pixels
  const PAPER = { width: 600, height: 380 }; // pixels that fit on an A4 page, below its heading

  function draw(figure) {
    const plot = figure.querySelector("[data-plot]");
    const chart = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
    const layout = { font: { family: "arial, sans-serif", size: 14 }, ...chart.layout, autosize: true };
    delete layout.width; // the page decides
    // On a narrow screen the legend is as tall as the picture: make room for both.
    if (layout.height && plot.clientWidth < NARROW) layout.height += 200;
    for (const axis of ["xaxis", "yaxis"]) layout[axis] = { automargin: true, ...layout[axis] };
    window.Plotly.newPlot(plot, chart.data, layout, config);
    figure.dataset.drawn = "";
    plot.dataset.height = layout.height || "";

    figure.querySelectorAll("[data-series]").forEach((box) => {
      const traces = box.dataset.series.split(",").map(Number);
      const show = () => window.Plotly.restyle(plot, { visible: box.checked }, traces);
      box.addEventListener("change", show);
      if (!box.checked) show();
    });

    const save = figure.querySelector("[data-save-picture]");
    if (save) {
      save.hidden = false;
      save.addEventListener("click", () => {
        window.Plotly.downloadImage(plot, {
          format: "png", width: 1200, height: 600, scale: 2, filename: save.dataset.savePicture,
        });
      });
    }
  }

  function drawAll() {
    document.querySelectorAll("[data-chart]:not([data-drawn])").forEach(draw);
  }

  function resize(sizeOf) {
    document.querySelectorAll("[data-chart][data-drawn] [data-plot]").forEach((plot) => {
      window.Plotly.relayout(plot, sizeOf(plot));
    });
  }

  drawAll();
  document.addEventListener("htmx:after:process", drawAll);
  window.addEventListener("beforeprint", () => resize(() => ({ autosize: false, ...PAPER })));
  window.addEventListener("afterprint", () =>
    resize((plot) => ({ autosize: true, width: null, height: Number(plot.dataset.height) || null })),
  );
})();
