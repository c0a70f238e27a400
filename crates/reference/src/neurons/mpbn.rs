//! A LIF whose membrane is batch normalised between charge and fire (Guo et al. 2023, "Membrane Potential Batch
//! Normalization for Spiking Neural Networks"):
//!
//!   charge   u[t] = decay * m[t-1] + x[t]
//!   norm     n[t] = weight * (u[t] - mean[t]) / sqrt(var[t] + eps) + bias     channel by channel
//!   fire     s[t] = 1 if n[t] > threshold else 0
//!   reset    m[t] = u[t] * (1 - s[t])  or  u[t] - threshold * s[t]           of u, which stays as it was
//!
//! mean and var are those of all u of a channel at this one step, over batch and space: so no neuron is on its own, and
//! time is the outer loop. weight and bias are shared by all steps, and so are the running estimates, which each step
//! moves once. Evaluation takes the running estimates, and then firing is a comparison of u: see [`Cut`].

use super::lif::{Params, Reset};
use super::{Activity, Dims, Gradient, Kind, Neurons, Per, start_of};
use crate::batch_norm::{self, Statistics};

/// Numbers: a LIF's, then eps and momentum. Learned: weight, bias.
pub const KIND: Kind = Kind {
    name: "mpbn",
    learned: |_| vec![Per::Channel, Per::Channel],
    examples: &[
        (&[0.25, 0.5, 1.0, 0.0, 0.0, 1e-5, 0.1], &[1.0, 0.0]),
        (&[0.6, 0.8, 1.0, 0.0, 1.0, 1e-3, 0.2], &[0.7, 0.5]),
        (&[0.25, 0.5, 0.0, 0.0, 0.0, 1e-5, 0.1], &[-0.9, 0.6]),
    ],
    forward: |neurons, d, x| {
        let (membrane, _, spikes) = walk(&Norm::of(neurons), d, x, None);
        Activity { membrane, spikes }
    },
    backward: |neurons, d, x, dspikes| backward(&Norm::of(neurons), d, x, dspikes),
};

/// The neurons with their norm.
#[derive(Clone, Debug)]
pub struct Norm {
    pub lif: Params,
    pub of_batch_norm: batch_norm::Params,
    /// [C], and so is `bias`; neuron i is of channel i % C.
    pub weight: Vec<f64>,
    pub bias: Vec<f64>,
    /// See [`Neurons::start`].
    pub start: Vec<f64>,
}

impl Norm {
    pub fn of(neurons: &Neurons) -> Self {
        let (lif, norm) = neurons.numbers.split_at(5);
        let &[eps, momentum] = norm else { panic!("seven numbers, not {:?}", neurons.numbers) };
        let lif = Params::of(&Neurons { numbers: lif.to_vec(), ..neurons.clone() });
        let [weight, bias] = [0, 1].map(|row| neurons.learned[row].clone());
        let of_batch_norm = batch_norm::Params { eps, momentum };
        Self { lif, of_batch_norm, weight, bias, start: neurons.start.clone() }
    }

    fn rows(&self, d: Dims) -> batch_norm::Dims {
        let channels = self.weight.len();
        batch_norm::Dims { rows: d.neurons / channels, channels, repeats: 1 }
    }
}

/// u, n and s of all steps; `fixed`: statistics instead of each step's own.
fn walk(p: &Norm, d: Dims, x: &[f64], fixed: Option<&Statistics>) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
    assert_eq!(x.len(), d.time_steps * d.neurons, "mpbn: x");
    let (mut all_u, mut all_n, mut all_s) = (vec![], vec![], vec![]);
    let mut m: Vec<f64> = (0..d.neurons).map(|neuron| start_of(&p.start, neuron)).collect();
    for x in x.chunks_exact(d.neurons) {
        let u: Vec<f64> = m.iter().zip(x).map(|(&m, &x)| p.lif.charge(m, x)).collect();
        let own = Statistics::of(p.rows(d), &u);
        let n = batch_norm::forward_eval(p.of_batch_norm, p.rows(d), &u, &p.weight, &p.bias, fixed.unwrap_or(&own));
        let s: Vec<f64> = n.iter().map(|&n| p.lif.fire(n)).collect();
        m = u.iter().zip(&s).map(|(&u, &s)| p.lif.reset(u, s)).collect();
        all_u.extend(u);
        all_n.extend(n);
        all_s.extend(s);
    }
    (all_u, all_n, all_s)
}

/// As a LIF's way back, but that dL/dn of a whole step goes through the step's statistics before dL/du is known:
///
///   ds_total = ds + dm * (dm/ds of the reset, 0 if detached)
///   dn       = ds_total * phi'(n - threshold)
///   du       = (dn through the batch normalisation of this step) + dm * (dm/du of the reset)
pub fn backward(p: &Norm, d: Dims, x: &[f64], dspikes: &[f64]) -> Gradient {
    let (u, n, s) = walk(p, d, x, None);
    let rows = p.rows(d);
    let mut dx = vec![0.0; x.len()];
    let [mut dweight, mut dbias] = [(); 2].map(|()| vec![0.0; rows.channels]);
    let mut dm = vec![0.0; d.neurons];
    for t in (0..d.time_steps).rev() {
        let of_step = |values: &[f64]| values[t * d.neurons..][..d.neurons].to_vec();
        let (u, n, s, ds) = (of_step(&u), of_step(&n), of_step(&s), of_step(dspikes));
        let dn: Vec<f64> = (0..d.neurons)
            .map(|i| {
                let reset_by_s = if p.lif.reset == Reset::Hard { -u[i] } else { -p.lif.threshold };
                let ds = ds[i] + if p.lif.detach_reset { 0.0 } else { dm[i] * reset_by_s };
                ds * p.lif.surrogate.derivative(n[i] - p.lif.threshold)
            })
            .collect();
        let own = Statistics::of(rows, &u);
        let through = batch_norm::backward_train(p.of_batch_norm, rows, &u, &p.weight, &own, &dn);
        for c in 0..rows.channels {
            dweight[c] += through.dweight[c];
            dbias[c] += through.dbias[c];
        }
        let input_scale = p.lif.input_scale();
        for i in 0..d.neurons {
            let reset_by_u = if p.lif.reset == Reset::Hard { 1.0 - s[i] } else { 1.0 };
            let du = through.dx[i] + dm[i] * reset_by_u;
            dx[t * d.neurons + i] = input_scale * du;
            dm[i] = p.lif.decay * du;
        }
    }
    Gradient { x: dx, learned: vec![dweight, dbias] }
}

/// Moves running estimates by each step's statistics, the first step's first.
pub fn follow(p: &Norm, d: Dims, x: &[f64], running: &mut Statistics) {
    let (u, ..) = walk(p, d, x, None);
    for u in u.chunks_exact(d.neurons) {
        running.follow(p.rows(d), p.of_batch_norm.momentum, &Statistics::of(p.rows(d), u));
    }
}

/// Evaluation: normalised by the running estimates.
pub fn evaluate(p: &Norm, d: Dims, x: &[f64], running: &Statistics) -> Activity {
    let (membrane, _, spikes) = walk(p, d, x, Some(running));
    Activity { membrane, spikes }
}

/// What a norm with fixed statistics makes of a channel's threshold: its neurons fire where sign * u > threshold.
///
/// A positive weight moves and stretches the axis. A negative one turns it, too: the neurons fire *below* a membrane
/// potential. Zero leaves nothing of u: they always fire (threshold -inf) or never (inf).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cut {
    pub sign: f64,
    pub threshold: f64,
}

/// Of each channel.
pub fn fold(p: &Norm, running: &Statistics) -> Vec<Cut> {
    let cut = |c: usize| {
        let (weight, left) = (p.weight[c], p.lif.threshold - p.bias[c]);
        if weight == 0.0 {
            return Cut { sign: 1.0, threshold: if left < 0.0 { f64::NEG_INFINITY } else { f64::INFINITY } };
        }
        let at = left * (running.var[c] + p.of_batch_norm.eps).sqrt() / weight + running.mean[c];
        Cut { sign: weight.signum(), threshold: weight.signum() * at }
    };
    (0..p.weight.len()).map(cut).collect()
}

/// Evaluation by the folded thresholds: no norm is left.
pub fn evaluate_folded(p: &Norm, d: Dims, x: &[f64], cuts: &[Cut]) -> Activity {
    let mut activity = Activity { membrane: vec![], spikes: vec![] };
    let mut m: Vec<f64> = (0..d.neurons).map(|neuron| start_of(&p.start, neuron)).collect();
    for x in x.chunks_exact(d.neurons) {
        for (i, (m, &x)) in m.iter_mut().zip(x).enumerate() {
            let Cut { sign, threshold } = cuts[i % cuts.len()];
            let u = p.lif.charge(*m, x);
            let s = if sign * u > threshold { 1.0 } else { 0.0 };
            *m = p.lif.reset(u, s);
            activity.membrane.push(u);
            activity.spikes.push(s);
        }
    }
    activity
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::surrogates::Surrogate;

    /// Channels of a positive, a negative and a zero weight, the last one twice: above and below the threshold.
    #[test]
    fn folded_thresholds_give_the_same_spikes() {
        for numbers in [[0.25, 0.5, 1.0, 0.0, 0.0, 1e-5, 0.1], [0.6, 0.8, 0.0, 0.0, 1.0, 1e-3, 0.2]] {
            let learned = vec![vec![1.3, -0.7, 0.0, 0.0], vec![0.2, 0.3, 0.4, 0.9]];
            let surrogate = Surrogate::named("atan", 2.0);
            let neurons = Neurons { numbers: numbers.to_vec(), learned, start: vec![], surrogate, smooth: false };
            let (p, d) = (Norm::of(&neurons), Dims { time_steps: 6, neurons: 4000 });
            let x: Vec<f64> = (0..24_000).map(|i| ((i * 7919) % 10_007) as f64 / 3000.0 - 1.2).collect();
            let mut running = Statistics::fresh(4);
            (0..20).for_each(|_| follow(&p, d, &x, &mut running));
            let (normed, folded) = (evaluate(&p, d, &x, &running), evaluate_folded(&p, d, &x, &fold(&p, &running)));
            assert_eq!(normed.spikes, folded.spikes);
            let of_channel = |c: usize| normed.spikes.iter().skip(c).step_by(4).sum::<f64>();
            assert_eq!([of_channel(2), of_channel(3)], [0.0, 6000.0]);
            assert!([0, 1].iter().all(|&c| of_channel(c) > 500.0 && of_channel(c) < 5500.0));
            // A neuron of the second channel fires the less the more it gets.
            assert!(fold(&p, &running)[1].sign == -1.0);
        }
    }
}
