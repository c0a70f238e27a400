//! Neurons to try, what their f64 twin makes of them, and how far f32 may carry them away from it.

use kestirme_kernels::neurons::{Kind as NeuronKind, Neurons};
use kestirme_kernels::surrogates::Surrogate;
use kestirme_kernels::walk::{Current, Dims, Residual};
use kestirme_reference::neurons::{Dims as TwinDims, lif as twin};
use kestirme_reference::surrogates;

use super::{Draw, Guarded, UNIT, gamma, pad, to_bits};

/// Membranes keep this distance from the threshold and from the surrogate's edges, so that spikes and the surrogate's
/// support must be equal; [`Trace`] makes sure that f32 stays far closer than this.
const MARGIN: f64 = 1e-4;

/// A LIF, or with a w the PLIF that learns its decay as that.
#[derive(Clone, Copy, Debug)]
pub struct Neuron {
    pub decay: f32,
    pub threshold: f32,
    pub hard_reset: bool,
    pub detach_reset: bool,
    pub decay_input: bool,
    pub surrogate: Surrogate,
    pub w: Option<f32>,
}

impl Neuron {
    /// Of Guo et al.
    pub fn group() -> Self {
        Self {
            decay: 0.25,
            threshold: 0.5,
            hard_reset: true,
            detach_reset: false,
            decay_input: false,
            surrogate: Surrogate::named("rectangle", 1.0),
            w: None,
        }
    }

    /// The PLIF of about this decay.
    pub fn learning(self) -> Self {
        let w = ((1.0 - self.decay) / self.decay).ln();
        Self { decay: (1.0 / (1.0 + (w as f64).exp())) as f32, w: Some(w), ..self }
    }

    /// Of the kernels; the few numbers are never given back.
    pub fn kernel(&self) -> Neurons<'static> {
        let [hard, detach, decay_input] = [self.hard_reset, self.detach_reset, self.decay_input].map(u8::from);
        let numbers = [self.decay, self.threshold, hard.into(), detach.into(), decay_input.into()];
        let (name, learned) = self.w.map_or(("lif", vec![]), |w| ("plif", vec![w, 0.0, 0.0, 0.0]));
        let [numbers, learned] = [numbers.to_vec(), learned].map(|floats| &*floats.leak());
        Neurons { kind: NeuronKind::named(name), numbers, learned, table: &[], start: &[], surrogate: self.surrogate }
    }
}

/// A normalised convolution: scale * y + shift.
#[derive(Clone)]
pub struct Term {
    /// `[steps or 1, B, pixels, C]`
    pub y: Vec<f32>,
    pub scale: Vec<f32>,
    pub shift: Vec<f32>,
    pub mean: Vec<f32>,
    /// Neurons and channels of a step; where each step has a map of its own, the rows above are `[steps, C]`.
    pub neurons: usize,
    pub channels: usize,
}

impl Term {
    pub fn current(&self) -> Current<'_> {
        Current { y: &self.y, scale: &self.scale, shift: &self.shift, mean: &self.mean }
    }

    pub fn y(&self, i: usize) -> f64 {
        self.y[i % self.y.len()] as f64
    }

    pub fn centred(&self, i: usize) -> f64 {
        self.y(i) - self.mean[self.place(i)] as f64
    }

    /// Of a neuron at a step, in the rows of the map.
    fn place(&self, i: usize) -> usize {
        let channels = self.channels;
        (i / self.neurons * channels + i % channels) % self.scale.len()
    }

    /// Value and magnitude: the two products that make it.
    fn at(&self, i: usize) -> (f64, f64) {
        let c = self.place(i);
        let (product, shift) = (self.scale[c] as f64 * self.y(i), self.shift[c] as f64);
        (product + shift, product.abs() + shift.abs())
    }
}

/// The second term; which of its numbers vary over time is in the lengths.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    None,
    Spikes,
    Current { stationary: bool },
}

#[derive(Clone, Copy, Debug)]
pub struct Setup {
    pub neuron: Neuron,
    pub steps: usize,
    pub batch: usize,
    pub pixels: usize,
    /// Channels that are not padding.
    pub channels: usize,
    /// The first term is the same at every step.
    pub stationary: bool,
    pub kind: Kind,
    /// Which terms have a map for each step.
    pub each_step: [bool; 2],
    /// Where the current lies: about the middle between silence and firing at 0.5.
    pub drive: f32,
}

/// A setup with numbers.
pub struct Case {
    pub setup: Setup,
    pub dims: Dims,
    pub first: Term,
    pub second: Option<Term>,
    /// The identity residual's, 0 or 1, or empty.
    pub fired: Vec<f32>,
    bits: Guarded<u32>,
}

impl Case {
    pub fn new(setup: Setup, draw: &mut Draw) -> Self {
        let Setup { steps, batch, pixels, channels, .. } = setup;
        let dims = Dims { steps, batch, pixels, channels: super::padded(channels) };
        let share = if matches!(setup.kind, Kind::Current { .. }) { 0.5 } else { 1.0 };
        let term = |stationary: bool, each_step: bool, draw: &mut Draw| {
            let stored = batch * pixels * if stationary { 1 } else { steps };
            let pad = |values: Vec<f32>| pad(&values, channels, dims.channels);
            let sign = |draw: &mut Draw| draw.pick(&[-1.0, 1.0]);
            let maps = channels * if each_step { steps } else { 1 };
            Term {
                y: pad(draw.numbers(stored * channels)),
                scale: pad((0..maps).map(|_| share * draw.between(0.5, 1.5) * sign(draw)).collect()),
                shift: pad((0..maps).map(|_| share * (setup.drive + draw.between(-0.2, 0.2))).collect()),
                mean: pad((0..maps).map(|_| draw.between(-0.5, 0.5)).collect()),
                neurons: batch * pixels * dims.channels,
                channels: dims.channels,
            }
        };
        let first = term(setup.stationary, setup.each_step[0], draw);
        let second = match setup.kind {
            Kind::Current { stationary } => Some(term(stationary, setup.each_step[1], draw)),
            _ => None,
        };
        let fired = match setup.kind {
            Kind::Spikes => pad(&draw.fired(steps * batch * pixels * channels, 0.3), channels, dims.channels),
            _ => Vec::new(),
        };
        let bits = Guarded::new(&to_bits(&fired, dims.channels));
        let mut case = Case { setup, dims, first, second, fired, bits };
        case.keep_away_from_edges(draw);
        case
    }

    /// Whether the backward pass sums for each step.
    pub fn has_maps_of_steps(&self) -> bool {
        self.dims.steps > 1 && self.setup.each_step != [false; 2]
    }

    pub fn neurons(&self) -> usize {
        self.dims.batch * self.dims.pixels * self.dims.channels
    }

    pub fn is_padding(&self, i: usize) -> bool {
        i % self.dims.channels >= self.setup.channels
    }

    pub fn residual(&self) -> Residual<'_> {
        match &self.second {
            Some(second) => Residual::Current(second.current()),
            None if self.fired.is_empty() => Residual::None,
            None => Residual::Spikes(&self.bits),
        }
    }

    pub fn twin(&self) -> (twin::Params, TwinDims) {
        (params(&self.setup.neuron), TwinDims { time_steps: self.dims.steps, neurons: self.neurons() })
    }

    /// Value and magnitude of the current into a neuron at a step.
    fn current(&self, i: usize) -> (f64, f64) {
        let (mut x, mut magnitude) = self.first.at(i);
        if let Some(second) = &self.second {
            let (value, size) = second.at(i);
            (x, magnitude) = (x + value, magnitude + size);
        }
        if let Some(&spike) = self.fired.get(i) {
            (x, magnitude) = (x + spike as f64, magnitude + spike as f64);
        }
        (x, magnitude)
    }

    pub fn currents(&self) -> Vec<f64> {
        (0..self.dims.steps * self.neurons()).map(|i| self.current(i).0).collect()
    }

    /// Draws a neuron's numbers again until its membrane stays away from where a rounding would decide. Padding has a
    /// membrane of exactly zero, which no rounding changes.
    fn keep_away_from_edges(&mut self, draw: &mut Draw) {
        let (params, dims) = self.twin();
        let edge = params.surrogate.half_support();
        for neuron in (0..dims.neurons).filter(|&i| !self.is_padding(i)).collect::<Vec<_>>() {
            let mut draws = 0;
            loop {
                let x: Vec<f64> = (0..dims.time_steps).map(|t| self.current(t * dims.neurons + neuron).0).collect();
                let alone = TwinDims { neurons: 1, ..dims };
                let near = |u: &f64| {
                    let v = (u - params.threshold).abs();
                    v < MARGIN || (v - edge).abs() < MARGIN
                };
                if !twin::forward(&params, alone, &x).membrane.iter().any(near) {
                    break;
                }
                draws += 1;
                assert!(draws < 100, "{:?} keeps falling onto an edge", self.setup);
                for term in [Some(&mut self.first), self.second.as_mut()].into_iter().flatten() {
                    term.y.iter_mut().skip(neuron).step_by(dims.neurons).for_each(|y| *y = draw.number());
                }
            }
        }
    }
}

pub fn params(neuron: &Neuron) -> twin::Params {
    twin::Params {
        decay: neuron.decay as f64,
        threshold: neuron.threshold as f64,
        reset: if neuron.hard_reset { twin::Reset::Hard } else { twin::Reset::Soft },
        detach_reset: neuron.detach_reset,
        decay_input: neuron.decay_input,
        surrogate: surrogates::Surrogate::named(neuron.surrogate.name, neuron.surrogate.option as f64),
        smooth: false,
    }
}

/// The twin's results, each with a bound on f32's error: a running error analysis. It walks as the kernel does; each step
/// passes on the errors of its operands and adds gamma(roundings of the step) times the magnitude of what was summed,
/// with one rounding more than there are, for the products of errors that it leaves out.
pub struct Trace {
    pub spikes: Vec<f64>,
    /// Membranes inside the surrogate's support.
    pub active: Vec<bool>,
    membrane: Vec<f64>,
    membrane_error: Vec<f64>,
    /// du/ddecay and the bound on its error.
    pub by_decay: Vec<(f64, f64)>,
}

impl Trace {
    pub fn forward(case: &Case) -> Self {
        let (p, d) = case.twin();
        let activity = twin::forward(&p, d, &case.currents());
        let scale = if p.decay_input { 1.0 - p.decay } else { 1.0 };
        let mut membrane_error = vec![0.0; activity.membrane.len()];
        let mut by_decay = vec![(0.0, 0.0); activity.membrane.len()];
        for neuron in 0..d.neurons {
            let (mut m, mut m_error) = (0.0f64, 0.0);
            for t in 0..d.time_steps {
                let i = t * d.neurons + neuron;
                let (u, magnitude) = (activity.membrane[i], case.current(i).1);
                // A product, its shift, the second term.
                let x_error = gamma(4) * magnitude;
                let x = if p.decay_input { case.current(i).0 } else { 0.0 };
                by_decay[i] = (m - x, m_error + x_error + UNIT * (m - x).abs());
                // 1 - decay, two products, their sum.
                let rounding = gamma(5) * (p.decay * m.abs() + scale * magnitude);
                membrane_error[i] = p.decay * m_error + scale * x_error + rounding;
                let fired = activity.spikes[i] == 1.0;
                m = p.reset(u, activity.spikes[i]);
                m_error = match p.reset {
                    twin::Reset::Hard if fired => 0.0,
                    twin::Reset::Soft if fired => membrane_error[i] + UNIT * m.abs(),
                    _ => membrane_error[i],
                };
                assert!(membrane_error[i] < MARGIN / 2.0, "f32 cannot tell spikes apart: the bound says nothing");
            }
        }
        // Where the support is everywhere, even a derivative too small for f64 counts.
        let everywhere = p.surrogate.half_support() == f64::INFINITY;
        let is_active = |u: &f64| everywhere || p.surrogate.derivative(u - p.threshold) != 0.0;
        let active = activity.membrane.iter().map(is_active).collect();
        Trace { spikes: activity.spikes, active, membrane: activity.membrane, membrane_error, by_decay }
    }

    /// dL/dx from dL/ds, whose f32 error is `error`, and the bound on the former's.
    pub fn backward(&self, case: &Case, gradient: &[f64], error: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let (p, d) = case.twin();
        let dx = twin::backward(&p, d, &self.membrane, gradient);
        let scale = if p.decay_input { 1.0 - p.decay } else { 1.0 };
        let mut dx_error = vec![0.0; dx.len()];
        for neuron in 0..d.neurons {
            let (mut gm, mut gm_error) = (0.0f64, 0.0);
            for t in (0..d.time_steps).rev() {
                let i = t * d.neurons + neuron;
                let (u, u_error) = (self.membrane[i], self.membrane_error[i]);
                let (mut a, mut a_error, mut size) = (gradient[i], error[i], 0.0);
                if !p.detach_reset {
                    let (by, by_error) = match p.reset {
                        twin::Reset::Hard => (u, u_error),
                        twin::Reset::Soft => (p.threshold, 0.0),
                    };
                    a -= gm * by;
                    a_error += gm_error * by.abs() + gm.abs() * by_error;
                    size = a.abs() + (gm * by).abs();
                }
                // The product and the difference.
                a_error += gamma(3) * size;
                let slope = p.surrogate.derivative(u - p.threshold);
                let slope_error = self.slope_error(&p, i);
                let passed = if p.reset == twin::Reset::Hard { 1.0 - self.spikes[i] } else { 1.0 };
                let gu = a * slope + gm * passed;
                // The product and the sum.
                let rounding = gamma(3) * ((a * slope).abs() + (gm * passed).abs());
                let gu_error = a_error * slope + a.abs() * slope_error + gm_error * passed + rounding;
                // (1 - decay) and a product.
                dx_error[i] = scale * gu_error + gamma(3) * scale * gu.abs();
                gm = p.decay * gu;
                gm_error = p.decay * gu_error + gamma(2) * gm.abs();
            }
        }
        (dx, dx_error)
    }

    /// How far the derivative moves while the membrane moves by its own error, where it has no corner in between; and what
    /// working it out rounds: at most ten operations on numbers below the peak or their relative errors times it (1 - tanh^2
    /// is off by at most 2 |tanh| times the error of libm's tanh, and exp(-x) by x exp(-x) < 1/2 times its argument's).
    fn slope_error(&self, p: &twin::Params, i: usize) -> f64 {
        if !self.active[i] {
            return 0.0;
        }
        let v = self.membrane[i] - p.threshold;
        // The difference u - threshold is rounded as well.
        let v_error = self.membrane_error[i] + UNIT * v.abs();
        let slope = |v: f64| p.surrogate.derivative(v);
        let moved = [v - v_error, v + v_error].map(|near| (slope(near) - slope(v)).abs());
        // Concave or convex, so the ends show the most but for the second order of the error.
        1.01 * moved[0].max(moved[1]) + 12.0 * UNIT * slope(0.0)
    }
}
