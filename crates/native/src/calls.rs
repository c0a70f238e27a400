//! Every function of the edge, under the name that the WebAssembly file exports it by.

use crate::batch_norm::{self, BatchNorm};
use crate::conv2d::{self, Conv2d};
use crate::function::{Function, Method, Object};
use crate::global_average_pool::GlobalAveragePool;
use crate::lif::{self, Lif};
use crate::linear::Linear;
use crate::loss::Loss;
use crate::pool::Pool;
use crate::{adam, add, encode, exact_math, init, memory, sgd, stats, threads};

pub type Call = Box<dyn Fn(&[f64]) -> f64>;

#[derive(Default)]
pub struct Calls(pub Vec<(&'static str, Call)>);

impl Calls {
    fn function<A>(&mut self, name: &'static str, function: impl Function<A> + 'static) -> &mut Self {
        self.0.push((name, Box::new(move |numbers| function.call(numbers))));
        self
    }

    fn method<T, A>(&mut self, name: &'static str, method: impl Method<T, A> + 'static) -> &mut Self {
        self.0.push((name, Box::new(move |numbers| method.call(numbers))));
        self
    }
}

pub fn all() -> Calls {
    let mut calls = Calls::default();
    values(&mut calls);
    layers(&mut calls);
    heads(&mut calls);
    around(&mut calls);
    calls
}

/// Numbers and memory.
fn values(calls: &mut Calls) {
    calls
        .function("abiVersion", || 4u32)
        .function("keepPanics", || ())
        .function("startPool", threads::start_pool)
        .function("stopPool", threads::stop_pool)
        .function("reserve", memory::reserve)
        .function("release", memory::release)
        .function("zero", memory::zero)
        .function("exactCos", exact_math::cos)
        .function("exactExp", exact_math::exp)
        .function("exactLog", exact_math::log)
        .function("exactPow", exact_math::pow);
}

fn layers(calls: &mut Calls) {
    calls
        .function("conv2d_new", |n, h, w, cin, cout, kernel, stride, pad| {
            Object(Conv2d::new(n, h, w, cin, cout, kernel, stride, pad))
        })
        .method("conv2d_border", Conv2d::border)
        .method("conv2d_gradientLen", Conv2d::gradient_len)
        .method("conv2d_borderedLen", Conv2d::bordered_len)
        .method("conv2d_tiledLen", Conv2d::tiled_len)
        .method("conv2d_scratch", |conv: &Conv2d, place: usize| conv.scratch()[place])
        .method("conv2d_forward", Conv2d::forward)
        .method("conv2d_addBorder", Conv2d::add_border)
        .method("conv2d_forwardDense", Conv2d::forward_dense)
        .method("conv2d_backwardWeights", Conv2d::backward_weights)
        .method("conv2d_backwardWeightsDense", Conv2d::backward_weights_dense)
        .method("conv2d_backwardInput", Conv2d::backward_input)
        .function("packWeights", conv2d::pack_weights)
        .function("unpackWeights", conv2d::unpack_weights)
        .function("channelTableLen", batch_norm::channel_table_len)
        .function("batchNormScratchLen", batch_norm::batch_norm_scratch_len)
        .function("batchnorm_new", |channels, eps, momentum| Object(BatchNorm::new(channels, eps, momentum)))
        .method("batchnorm_forwardTrain", BatchNorm::forward_train)
        .method("batchnorm_forwardEval", BatchNorm::forward_eval)
        .method("batchnorm_backward", BatchNorm::backward)
        .function("biasTable", batch_norm::bias_table)
        .function("backwardApply", batch_norm::backward_apply)
        .function("surrogateLetter", lif::surrogate_letter)
        .function("neuronLetter", lif::neuron_letter)
        .function("lif_new", |neuron, surrogate, option, steps, batch, pixels, channels| {
            Object(Lif::new(neuron, surrogate, option, steps, batch, pixels, channels))
        })
        .function("lif_addNumber", |lif: *mut Lif, number| unsafe { &mut *lif }.add_number(number))
        .method("lif_sumRows", Lif::sum_rows)
        .method("lif_learnedLen", Lif::learned_len)
        .method("lif_half", Lif::half)
        .method("lif_partialLen", Lif::partial_len)
        .method("lif_forward", Lif::forward)
        .method("lif_backward", Lif::backward)
        .function("pool_new", |n, h, w, channels, kernel, stride, pad, spikes| {
            Object(Pool::new(n, h, w, channels, kernel, stride, pad, spikes))
        })
        .method("pool_averageForward", Pool::average_forward)
        .method("pool_averageBackward", Pool::average_backward)
        .method("pool_maxForward", Pool::max_forward)
        .method("pool_maxBackward", Pool::max_backward);
}

fn heads(calls: &mut Calls) {
    calls
        .function("globalaveragepool_new", |steps, batch, pixels, channels| {
            Object(GlobalAveragePool::new(steps, batch, pixels, channels))
        })
        .method("globalaveragepool_forward", GlobalAveragePool::forward)
        .method("globalaveragepool_backward", GlobalAveragePool::backward)
        .function("linear_new", |batch, inputs, outputs| Object(Linear::new(batch, inputs, outputs)))
        .method("linear_forward", Linear::forward)
        .method("linear_backward", Linear::backward)
        .function("loss_new", |heads, batch, classes, one_loss, smoothing| {
            Object(Loss::new(heads, batch, classes, one_loss, smoothing))
        })
        .function("loss_forwardBackward", |loss: *mut Loss, weights, whole, labels, logits, dlogits| {
            unsafe { &mut *loss }.forward_backward(weights, whole, labels, logits, dlogits)
        })
        .method("loss_loss", Loss::loss)
        .method("loss_correct", Loss::correct)
        .method("loss_correctMain", Loss::correct_main);
}

/// What comes before the layers and after them.
fn around(calls: &mut Calls) {
    calls
        .function("encodeDirect", encode::encode_direct)
        .function("encodeRate", encode::encode_rate)
        .function("initNormal", init::init_normal)
        .function("accumulate", add::accumulate)
        .function("sgdStep", sgd::sgd_step)
        .function("adamStep", adam::adam_step)
        .function("updateScratchLen", sgd::update_scratch_len)
        .function("descriptionLen", stats::description_len)
        .function("minExponent", stats::min_exponent)
        .function("describeScratchLen", stats::describe_scratch_len)
        .function("describe", stats::describe)
        .function("describeTap", stats::describe_tap)
        .function("sumOfSquares", stats::sum_of_squares)
        .function("countSpikes", stats::count_spikes);
}
