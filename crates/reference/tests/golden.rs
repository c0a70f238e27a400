//! The twins against PyTorch and SpikingJelly: test/golden/make_layers.py and make_methods.py, float64 on both sides, so only rounding may differ.

use kestirme_reference::neurons::{Dims, KINDS, Neurons, lif, mpbn};
use kestirme_reference::*;
use serde_json::Value;

fn cases(name: &str) -> Vec<Value> {
    let file = format!("{}/../../test/golden/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"));
    let golden: Value = serde_json::from_str(&text).expect("JSON");
    let cases = golden["cases"].as_array().expect("cases").clone();
    assert!(cases.len() >= 3, "{file} has {} cases", cases.len());
    cases
}

fn size(case: &Value, name: &str) -> usize {
    case[name].as_u64().unwrap_or_else(|| panic!("{} has no {name}", case["name"])) as usize
}

fn number(case: &Value, name: &str) -> f64 {
    case[name].as_f64().unwrap_or_else(|| panic!("{} has no {name}", case["name"]))
}

fn tensor(case: &Value, name: &str) -> Vec<f64> {
    let data = case["tensors"][name]["data"].as_array().unwrap_or_else(|| panic!("{} has no {name}", case["name"]));
    data.iter().map(|x| x.as_f64().expect("a number")).collect()
}

/// Sums of at most some hundred terms of size one: 1e-12 leaves room for their rounding and nothing else.
fn assert_close(case: &Value, name: &str, got: &[f64]) {
    let want = tensor(case, name);
    assert_eq!(got.len(), want.len(), "{} {name}", case["name"]);
    for (i, (got, want)) in got.iter().zip(&want).enumerate() {
        assert!((got - want).abs() <= 1e-12 * want.abs().max(1.0), "{} {name}[{i}]: {got}, not {want}", case["name"]);
    }
}

#[test]
fn convolutions() {
    for case in &cases("conv2d") {
        let d = conv2d::Dims {
            n: size(case, "n"),
            height: size(case, "height"),
            width: size(case, "width"),
            in_channels: size(case, "inChannels"),
            out_channels: size(case, "outChannels"),
            kernel: size(case, "kernel"),
            stride: size(case, "stride"),
            padding: size(case, "padding"),
        };
        let (x, weight, bias) = (tensor(case, "x"), tensor(case, "weight"), tensor(case, "bias"));
        assert_close(case, "y", &conv2d::forward(d, &x, &weight, Some(&bias)));
        let gradients = conv2d::backward(d, &x, &weight, &tensor(case, "dy"));
        assert_close(case, "dx", &gradients.dx);
        assert_close(case, "dweight", &gradients.dweight);
        assert_close(case, "dbias", &gradients.dbias);
    }
}

#[test]
fn batch_norms() {
    for case in &cases("batch_norm") {
        let d = batch_norm::Dims { rows: size(case, "rows"), channels: size(case, "channels"), repeats: 1 };
        let p = batch_norm::Params::default();
        let (x, weight, bias) = (tensor(case, "x"), tensor(case, "weight"), tensor(case, "bias"));
        let mut running = batch_norm::Statistics::fresh(d.channels);
        let (y, batch) = batch_norm::forward_train(p, d, &x, &weight, &bias, &mut running);
        assert_close(case, "y", &y);
        assert_close(case, "running_mean", &running.mean);
        assert_close(case, "running_var", &running.var);
        assert_close(case, "evaluated", &batch_norm::forward_eval(p, d, &x, &weight, &bias, &running));
        let gradients = batch_norm::backward_train(p, d, &x, &weight, &batch, &tensor(case, "dy"));
        assert_close(case, "dx", &gradients.dx);
        assert_close(case, "dweight", &gradients.dweight);
        assert_close(case, "dbias", &gradients.dbias);
    }
}

#[test]
fn every_norm() {
    for (norm, case) in norms::KINDS
        .into_iter()
        .flat_map(|norm| cases(&format!("norms/{}", norm.name())).into_iter().map(move |case| (norm, case)))
    {
        let case = &case;
        let d = norms::Dims { steps: size(case, "steps"), rows: size(case, "rows"), channels: size(case, "channels") };
        let p = norms::Params { deviation: number(case, "deviation"), ..Default::default() };
        let (x, parameters) = (tensor(case, "x"), tensor(case, "parameters"));
        let batch = norm.statistics(d, &x);
        assert_close(case, "y", &norm.forward(p, d, &x, &parameters, &batch));
        let gradients = norm.backward(p, d, &x, &parameters, &batch, &tensor(case, "dy"));
        assert_close(case, "dx", &gradients.dx);
        assert_close(case, "dparameters", &gradients.dparameters);
        let mut running = vec![batch_norm::Statistics::fresh(d.channels); batch.len()];
        norm.follow(p, d, &mut running, &batch);
        assert_close(case, "running", &norm.kept(&running));
        assert_close(case, "evaluated", &norm.forward(p, d, &x, &parameters, &running));
    }
}

#[test]
fn surrogates_of_the_libraries() {
    let cases = cases("surrogates");
    for kind in surrogates::KINDS {
        assert!(cases.iter().any(|case| case["surrogate"] == kind.name), "{} has golden values", kind.name);
    }
    for case in &cases {
        let one = surrogates::Surrogate::named(case["surrogate"].as_str().expect("a name"), number(case, "option"));
        let slopes: Vec<f64> = tensor(case, "v").into_iter().map(|v| one.derivative(v)).collect();
        assert_close(case, "slope", &slopes);
    }
}

#[test]
fn every_neuron() {
    for kind in KINDS {
        for case in &cases(&format!("neurons/{}", kind.name)) {
            let (neurons, d) = (neurons_of(case), dims_of(case));
            let x = tensor(case, "x");
            assert_close(case, "spikes", &(kind.forward)(&neurons, d, &x).spikes);
            let gradient = (kind.backward)(&neurons, d, &x, &tensor(case, "dspikes"));
            assert_close(case, "dx", &gradient.x);
            assert_eq!(gradient.learned.len(), (kind.learned)(&neurons.numbers).len());
            for (row, got) in gradient.learned.iter().enumerate() {
                assert_close(case, &format!("dlearned{row}"), got);
            }
        }
    }
}

/// Running statistics, and the spikes of an evaluation by them, normalised and folded.
#[test]
fn a_normalised_membrane_evaluates_by_running_statistics() {
    for case in &cases("neurons/mpbn") {
        let (norm, d) = (mpbn::Norm::of(&neurons_of(case)), dims_of(case));
        let x = tensor(case, "x");
        let mut running = batch_norm::Statistics::fresh(norm.weight.len());
        mpbn::follow(&norm, d, &x, &mut running);
        assert_close(case, "running", &[running.mean.clone(), running.var.clone()].concat());
        assert_close(case, "evaluated", &mpbn::evaluate(&norm, d, &x, &running).spikes);
        let cuts = mpbn::fold(&norm, &running);
        assert_close(case, "evaluated", &mpbn::evaluate_folded(&norm, d, &x, &cuts).spikes);
    }
}

fn neurons_of(case: &Value) -> Neurons {
    let floats = |values: &Value| -> Vec<f64> {
        values.as_array().expect("numbers").iter().map(|x| x.as_f64().expect("a number")).collect()
    };
    Neurons {
        numbers: floats(&case["numbers"]),
        learned: case["learned"].as_array().expect("rows").iter().map(floats).collect(),
        start: if case["tensors"]["start"].is_null() { vec![] } else { tensor(case, "start") },
        surrogate: surrogates::Surrogate::named(case["surrogate"].as_str().expect("a name"), number(case, "option")),
        smooth: false,
    }
}

fn dims_of(case: &Value) -> Dims {
    Dims { time_steps: size(case, "timeSteps"), neurons: size(case, "neurons") }
}

#[test]
fn the_lif_of_guo_et_al() {
    for case in &cases("lif") {
        let p = lif::Params {
            decay: number(case, "decay"),
            threshold: number(case, "threshold"),
            reset: if case["reset"] == "hard" { lif::Reset::Hard } else { lif::Reset::Soft },
            detach_reset: case["detachReset"] == true,
            decay_input: case["decayInput"] == true,
            surrogate: match case["surrogate"].as_str() {
                Some("rectangle") => surrogates::Surrogate::named("rectangle", 1.0),
                _ => surrogates::Surrogate::named("tanh", 3.0),
            },
            smooth: false,
        };
        let d = Dims { time_steps: size(case, "timeSteps"), neurons: size(case, "neurons") };
        let activity = lif::forward(&p, d, &tensor(case, "x"));
        assert_close(case, "membrane", &activity.membrane);
        assert_close(case, "spikes", &activity.spikes);
        assert_close(case, "dx", &lif::backward(&p, d, &activity.membrane, &tensor(case, "dspikes")));
    }
}

#[test]
fn pools() {
    for case in &cases("pool") {
        let d = pool::Dims {
            n: size(case, "n"),
            height: size(case, "height"),
            width: size(case, "width"),
            channels: size(case, "channels"),
            kernel: size(case, "kernel"),
            stride: size(case, "stride"),
            padding: size(case, "padding"),
        };
        let (x, dy) = (tensor(case, "x"), tensor(case, "dy"));
        let (y, dx) = match case["kind"].as_str() {
            Some("avg") => (pool::avg::forward(d, &x), pool::avg::backward(d, &dy)),
            _ => (pool::max::forward(d, &x), pool::max::backward(d, &x, &dy)),
        };
        assert_close(case, "y", &y);
        assert_close(case, "dx", &dx);
    }
}

/// With those of the other images, where a case is of mixtures.
fn labels_of(case: &Value) -> Vec<losses::Label> {
    let numbers = |of: &Value| of.as_array().map(|list| list.iter().map(|x| x.as_f64().expect("a number")).collect());
    let labels: Vec<f64> = numbers(&case["labels"]).expect("labels");
    let others = numbers(&case["mix"]["labels"]).unwrap_or_else(|| labels.clone());
    let shares = numbers(&case["mix"]["shares"]).unwrap_or_else(|| vec![0.0; labels.len()]);
    let label = |((label, other), share): ((&f64, &f64), &f64)| losses::Label {
        label: *label as usize,
        other: *other as usize,
        share: *share,
    };
    labels.iter().zip(&others).zip(&shares).map(label).collect()
}

#[test]
fn losses() {
    for case in &cases("losses") {
        let d = losses::Dims { batch: size(case, "batch"), classes: size(case, "classes") };
        let combine = match case["combine"].as_str() {
            Some("logits") => losses::combined::Combine::Logits,
            _ => losses::combined::Combine::Losses,
        };
        let list = |name: &str| case[name].as_array().expect("a list").clone();
        let weights: Vec<f64> = list("weights").iter().map(|a| a.as_f64().expect("a number")).collect();
        let labels = labels_of(case);
        let logits = tensor(case, "logits");
        let steps = size(case, "steps");
        let heads: Vec<Vec<f64>> = logits.chunks_exact(steps * d.batch * d.classes).map(<[f64]>::to_vec).collect();
        let mut loss = losses::Loss::named(case["kind"].as_str().expect("a loss"), number(case, "smoothing"));
        for (option, value) in loss.options.iter_mut().zip(list("options")) {
            *option = value.as_f64().expect("a number");
        }
        let got = losses::each_step::forward(combine, d, steps, &loss, &weights, &heads, &labels);
        let want = number(case, "loss");
        assert!((got - want).abs() <= 1e-12 * want.max(1.0), "{}: {got}", case["name"]);
        let gradients = losses::each_step::backward(combine, d, steps, &loss, &weights, &heads, &labels);
        assert_close(case, "dlogits", &gradients.concat());
    }
}

#[test]
fn penalties() {
    for case in &cases("penalties") {
        let [time_steps, batch, height, width, channels] = {
            let shape = case["tensors"]["spikes"]["shape"].as_array().expect("a shape");
            std::array::from_fn(|i| shape[i].as_u64().expect("a size") as usize)
        };
        let d = global_average_pool::Dims { time_steps, batch, height, width, channels };
        let penalty = firing_rate::Penalty { strength: number(case, "strength"), target: number(case, "target") };
        let spikes = tensor(case, "spikes");
        let (got, want) = (firing_rate::forward(penalty, d, &spikes), number(case, "penalty"));
        assert!((got - want).abs() <= 1e-14 * want.max(1.0), "{}: {got}", case["name"]);
        assert_close(case, "dspikes", &firing_rate::backward(penalty, d, &spikes));
    }
}

#[test]
fn optimisers() {
    for case in &cases("optim") {
        let (lr, weight_decay) = (number(case, "lr"), number(case, "weightDecay"));
        let mut weights = tensor(case, "start");
        let gradients = tensor(case, "gradients");
        let kind = case["kind"].as_str().expect("a kind");
        let mut velocity = vec![0.0; weights.len()];
        let mut moments = adam::Moments::zero(weights.len());
        for (step, gradient) in (1..).zip(gradients.chunks_exact(velocity.len())) {
            if kind.starts_with("adam") {
                let decoupled = kind == "adamw";
                let p = adam::Params { lr, beta1: 0.9, beta2: 0.999, eps: 1e-8, weight_decay, decoupled };
                adam::step(p, step, &mut weights, gradient, &mut moments);
            } else {
                let p = sgd::Params { lr, momentum: 0.9, nesterov: kind == "nesterov", weight_decay };
                sgd::step(p, &mut weights, gradient, &mut velocity);
            }
        }
        assert_close(case, "after", &weights);
    }
}

/// `key` is what the cases of a file call a kind, `place` where the generator has them.
fn assert_golden(family: &str, file: &str, key: &str, place: &str, names: &[&str]) {
    let cases = cases(file);
    for name in names {
        assert!(
            cases.iter().any(|case| case[key] == *name),
            "{family} {name} has no golden values: write {place} in test/golden/make_methods.py and run it"
        );
    }
}

/// Of a family whose kinds have a file each.
fn assert_golden_files(family: &str, folder: &str, names: &[&str]) {
    for name in names {
        let file = format!("{}/../../test/golden/{folder}/{name}.json", env!("CARGO_MANIFEST_DIR"));
        assert!(
            std::path::Path::new(&file).exists(),
            "{family} {name} has no golden values: write test/golden/{folder}/{name}.py and run make_{folder}.py"
        );
    }
}

#[test]
fn every_surrogate_has_golden_values() {
    let names = surrogates::KINDS.map(|kind| kind.name);
    assert_golden("surrogate", "surrogates", "surrogate", "its line of SURROGATES", &names);
}

#[test]
fn every_norm_has_golden_values() {
    assert_golden_files("norm", "norms", &norms::KINDS.map(|kind| kind.name()));
}

#[test]
fn every_neuron_has_golden_values() {
    assert_golden_files("neuron", "neurons", &KINDS.map(|kind| kind.name));
}

#[test]
fn every_loss_has_golden_values() {
    assert_golden("loss", "losses", "kind", "its line of LOSSES", &losses::KINDS.map(|kind| kind.name));
}
