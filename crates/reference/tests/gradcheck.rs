//! Every backward of the crate against central finite differences, on random and on adversarial shapes; the neuron's is
//! in `gradcheck_neurons.rs`.

mod finite_difference;

use finite_difference::{Draw, check};
use kestirme_reference::losses::{self, Label, Loss, combined, combined::Combine, each_step};
use kestirme_reference::{add, batch_norm, conv2d, firing_rate, flatten, global_average_pool, linear, pool, sew};

#[test]
fn conv2d_backward() {
    // n, height, width, in, out, kernel, stride, padding
    let shapes = [
        [2, 5, 4, 3, 2, 3, 1, 1],
        [1, 1, 1, 1, 1, 1, 1, 0],
        [1, 1, 1, 2, 3, 3, 1, 1],
        [3, 7, 5, 2, 3, 3, 2, 1],
        [2, 7, 7, 3, 4, 1, 2, 0],
        [1, 9, 8, 2, 2, 7, 2, 3],
        [1, 1, 1, 1, 2, 7, 1, 3],
        [2, 7, 7, 1, 1, 7, 1, 0],
        [1, 6, 3, 1, 2, 2, 3, 2], // even kernel, windows that lie in the padding, pixels that none covers
    ];
    for (seed, s) in (0..).zip(shapes) {
        let [n, height, width, in_channels, out_channels, kernel, stride, padding] = s;
        let d = conv2d::Dims { n, height, width, in_channels, out_channels, kernel, stride, padding };
        let mut draw = Draw::new(seed);
        let inputs =
            [("x", draw.vec(d.x_len())), ("weight", draw.vec(d.weight_len())), ("bias", draw.vec(out_channels))];
        check(
            &format!("conv2d {d:?}"),
            &inputs,
            |v| conv2d::forward(d, &v[0], &v[1], Some(&v[2])),
            |v, dy| {
                let g = conv2d::backward(d, &v[0], &v[1], dy);
                vec![g.dx, g.dweight, g.dbias]
            },
        );
        check(
            &format!("conv2d without bias {d:?}"),
            &inputs[..2],
            |v| conv2d::forward(d, &v[0], &v[1], None),
            |v, dy| {
                let g = conv2d::backward(d, &v[0], &v[1], dy);
                vec![g.dx, g.dweight]
            },
        );
    }
}

/// rows, channels, repeats. The last two are a direct-coded stem on a 1x1 image, once with a single row: all gradients
/// to x vanish there, since its own mean is subtracted.
const NORM_SHAPES: [[usize; 3]; 6] = [[12, 3, 1], [2, 1, 1], [7, 1, 1], [3, 5, 1], [2, 2, 4], [1, 2, 4]];

#[test]
fn batch_norm_backward() {
    let p = batch_norm::Params::default();
    for (seed, [rows, channels, repeats]) in (0..).zip(NORM_SHAPES) {
        let d = batch_norm::Dims { rows, channels, repeats };
        let mut draw = Draw::new(seed);
        let inputs = [("x", draw.vec(rows * channels)), ("weight", draw.vec(channels)), ("bias", draw.vec(channels))];
        let running = batch_norm::Statistics {
            mean: draw.vec(channels),
            var: draw.vec(channels).iter().map(|v| v * v + 0.1).collect(),
        };
        check(
            &format!("batch_norm train {d:?}"),
            &inputs,
            |v| batch_norm::forward_train(p, d, &v[0], &v[1], &v[2], &mut running.clone()).0,
            |v, dy| {
                let batch = batch_norm::Statistics::of(d, &v[0]);
                let g = batch_norm::backward_train(p, d, &v[0], &v[1], &batch, dy);
                vec![g.dx, g.dweight, g.dbias]
            },
        );
        check(
            &format!("batch_norm eval {d:?}"),
            &inputs,
            |v| batch_norm::forward_eval(p, d, &v[0], &v[1], &v[2], &running),
            |v, dy| {
                let g = batch_norm::backward_eval(p, d, &v[0], &v[1], &running, dy);
                vec![g.dx, g.dweight, g.dbias]
            },
        );
    }
}

#[test]
fn pool_backward() {
    // n, height, width, channels, kernel, stride, padding
    let shapes = [
        [2, 4, 4, 3, 2, 2, 0],
        [1, 1, 1, 1, 1, 1, 0],
        [1, 1, 1, 2, 3, 2, 1],
        [2, 7, 5, 1, 3, 2, 1],
        [1, 5, 7, 2, 2, 1, 1], // overlapping windows
        [1, 5, 5, 1, 2, 3, 0], // pixels that no window covers
    ];
    for (seed, [n, height, width, channels, kernel, stride, padding]) in (0..).zip(shapes) {
        let d = pool::Dims { n, height, width, channels, kernel, stride, padding };
        let x = Draw::new(seed).vec(d.x_len());
        check(
            &format!("avg pool {d:?}"),
            &[("x", x.clone())],
            |v| pool::avg::forward(d, &v[0]),
            |_, dy| vec![pool::avg::backward(d, dy)],
        );
        check(
            &format!("max pool {d:?}"),
            &[("x", x)],
            |v| pool::max::forward(d, &v[0]),
            |v, dy| vec![pool::max::backward(d, &v[0], dy)],
        );
    }
}

#[test]
fn global_average_pool_backward() {
    for (seed, s) in (0..).zip([[2, 3, 2, 3, 4], [1, 1, 1, 1, 1], [4, 1, 1, 1, 2], [1, 2, 5, 3, 1]]) {
        let [time_steps, batch, height, width, channels] = s;
        let d = global_average_pool::Dims { time_steps, batch, height, width, channels };
        check(
            &format!("global_average_pool {d:?}"),
            &[("x", Draw::new(seed).vec(d.x_len()))],
            |v| global_average_pool::forward(d, &v[0]),
            |_, dy| vec![global_average_pool::backward(d, dy)],
        );
    }
}

#[test]
fn firing_rate_backward() {
    for (seed, s) in (0..).zip([[2, 3, 2, 3, 4], [1, 1, 1, 1, 1], [4, 2, 1, 1, 3]]) {
        let [time_steps, batch, height, width, channels] = s;
        let d = global_average_pool::Dims { time_steps, batch, height, width, channels };
        let penalty = firing_rate::Penalty { strength: 0.7, target: 0.2 };
        check(
            &format!("firing_rate {d:?}"),
            &[("spikes", Draw::new(seed).vec(d.x_len()))],
            |v| vec![firing_rate::forward(penalty, d, &v[0])],
            |v, dy| vec![firing_rate::backward(penalty, d, &v[0]).iter().map(|g| g * dy[0]).collect()],
        );
    }
}

#[test]
fn losses_of_each_step_backward() {
    let (d, steps) = (losses::Dims { batch: 3, classes: 4 }, 3);
    let labels = [1, 3, 0];
    let logits = |seed| -> Vec<f64> { Draw::new(seed).vec(steps * 12).iter().map(|z| 4.0 * z).collect() };
    for loss in [0.0, 0.1].into_iter().flat_map(Loss::all) {
        for (combine, weights) in [(Combine::Logits, [1.0, 0.25]), (Combine::Losses, [0.625, 0.375])] {
            check(
                &format!("{combine:?} {loss:?} of {steps} steps"),
                &[("main", logits(1)), ("side", logits(2))],
                |v| vec![each_step::forward(combine, d, steps, &loss, &weights, v, &labels)],
                |v, dy| {
                    let heads = each_step::backward(combine, d, steps, &loss, &weights, v, &labels);
                    heads.iter().map(|g| g.iter().map(|g| g * dy[0]).collect()).collect()
                },
            );
        }
    }
}

#[test]
fn losses_of_mixtures_backward() {
    let (d, steps) = (losses::Dims { batch: 3, classes: 4 }, 2);
    let labels = [(1, 3, 0.25), (3, 3, 0.5), (0, 2, 0.75)].map(|(label, other, share)| Label { label, other, share });
    let logits = |seed| -> Vec<f64> { Draw::new(seed).vec(steps * 12).iter().map(|z| 4.0 * z).collect() };
    for loss in [0.0, 0.1].into_iter().flat_map(Loss::all) {
        for combine in [Combine::Logits, Combine::Losses] {
            let weights = [0.625, 0.375];
            check(
                &format!("{combine:?} {loss:?} of mixtures"),
                &[("main", logits(1)), ("side", logits(2))],
                |v| vec![each_step::forward(combine, d, steps, &loss, &weights, v, &labels)],
                |v, dy| {
                    let heads = each_step::backward(combine, d, steps, &loss, &weights, v, &labels);
                    heads.iter().map(|g| g.iter().map(|g| g * dy[0]).collect()).collect()
                },
            );
        }
    }
}

#[test]
fn flatten_backward() {
    for (seed, [n, pixels, channels]) in (0..).zip([[2, 6, 3], [1, 1, 1], [3, 1, 4], [1, 5, 1]]) {
        let d = flatten::Dims { n, pixels, channels };
        check(
            &format!("{d:?}"),
            &[("x", Draw::new(seed).vec(d.len()))],
            |v| flatten::forward(d, &v[0]),
            |_, dy| vec![flatten::backward(d, dy)],
        );
    }
}

#[test]
fn linear_backward() {
    for (seed, [batch, in_features, out_features]) in (0..).zip([[3, 5, 4], [1, 1, 1], [1, 7, 2], [5, 1, 3]]) {
        let d = linear::Dims { batch, in_features, out_features };
        let mut draw = Draw::new(seed);
        let inputs = [
            ("x", draw.vec(batch * in_features)),
            ("weight", draw.vec(out_features * in_features)),
            ("bias", draw.vec(out_features)),
        ];
        check(
            &format!("linear {d:?}"),
            &inputs,
            |v| linear::forward(d, &v[0], &v[1], &v[2]),
            |v, dy| {
                let g = linear::backward(d, &v[0], &v[1], dy);
                vec![g.dx, g.dweight, g.dbias]
            },
        );
    }
}

#[test]
fn add_backward() {
    let mut draw = Draw::new(0);
    check(
        "add",
        &[("a", draw.vec(5)), ("b", draw.vec(5))],
        |v| add::forward(&v[0], &v[1]),
        |_, dy| {
            let (da, db) = add::backward(dy);
            vec![da, db]
        },
    );
}

#[test]
fn losses_backward() {
    for (batch, classes) in [(3, 5), (1, 2), (1, 1), (4, 10)] {
        let d = losses::Dims { batch, classes };
        let labels: Vec<usize> = (0..batch).map(|b| (3 * b + 1) % classes).collect();
        let logits = |seed| -> Vec<f64> { Draw::new(seed).vec(batch * classes).iter().map(|z| 4.0 * z).collect() };
        for loss in [0.0, 0.1, 1.0].into_iter().flat_map(Loss::all) {
            check(
                &format!("{loss:?} {d:?}"),
                &[("logits", logits(0))],
                |v| vec![losses::forward(d, &loss, &v[0], &labels)],
                |v, dy| {
                    let g = losses::backward(d, &loss, &v[0], &labels);
                    vec![g.iter().map(|g| g * dy[0]).collect()]
                },
            );
            for (combine, weights) in [
                (Combine::Logits, [1.0, 1.0, 1.0]),
                (Combine::Logits, [0.25, 0.375, 0.375]),
                (Combine::Losses, [0.25, 0.375, 0.375]),
                (Combine::Losses, [1.0, 0.0, 0.5]),
            ] {
                check(
                    &format!("{combine:?} {weights:?} {loss:?} {d:?}"),
                    &[("main", logits(1)), ("first", logits(2)), ("second", logits(3))],
                    |v| vec![combined::forward(combine, d, &loss, &weights, v, &labels)],
                    |v, dy| {
                        let heads = combined::backward(combine, d, &loss, &weights, v, &labels);
                        heads.iter().map(|g| g.iter().map(|g| g * dy[0]).collect()).collect()
                    },
                );
            }
        }
    }
}

#[test]
fn sew_backward() {
    for (seed, operation) in (0..).zip(sew::OPERATIONS) {
        let mut draw = Draw::new(seed);
        check(
            &format!("sew {operation:?}"),
            &[("x", draw.vec(13)), ("y", draw.vec(13))],
            |v| sew::forward(operation, &v[0], &v[1]),
            |v, dz| {
                let (dx, dy) = sew::backward(operation, &v[0], &v[1], dz);
                vec![dx, dy]
            },
        );
    }
}
