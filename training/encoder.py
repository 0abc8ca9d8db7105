"""Fine-tunes a small pretrained encoder (all-MiniLM-L6-v2: six layers of a BERT) and writes it in eight bits.

The TypeScript side cuts the texts into pieces (training/prepare.ts), and reads what is written here
(moderation/text-model/encoder.ts); the two must agree, which test/moderation/text-model.test.ts holds.

Usage: encoder.py PREPARED_FOLDER ENCODER_FOLDER OUT_FOLDER
"""
import argparse, json, os, random, sys, time, zlib

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

# Numbers of the marks, as in moderation/text-model/pieces.ts.
NOTHING, BEGIN, END = 0, 2, 3
LONGEST = 180
HEADS_OF_ATTENTION = 12


def pretrained(folder):
    """The weights by their names, from the safetensors format: a length, a header in JSON, the numbers."""
    with open(os.path.join(folder, "model.fp16.safetensors"), "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        raw = file.read()
    header.pop("__metadata__", None)
    take = lambda each: np.frombuffer(raw[slice(*each["data_offsets"])], np.float16).reshape(each["shape"]).astype(np.float32)
    return {name: torch.tensor(take(each)) for name, each in header.items() if each["dtype"] == "F16"}


def table_of(weights, folder, vocabulary):
    """The rows of the pieces that are kept."""
    with open(os.path.join(folder, "tokenizer.json")) as file:
        numbers = json.load(file)["model"]["vocab"]
    return weights["embeddings.word_embeddings.weight"][[numbers[piece] for piece in vocabulary]]


class Layer(nn.Module):
    def __init__(self, weights, number):
        super().__init__()
        name = f"encoder.layer.{number}."
        take = lambda *keys: nn.ParameterList([nn.Parameter(torch.cat([weights[name + key + kind] for key in keys]))
                                               for kind in (".weight", ".bias")])
        self.qkv = take("attention.self.query", "attention.self.key", "attention.self.value")
        self.out, self.norm1 = take("attention.output.dense"), take("attention.output.LayerNorm")
        self.up, self.down, self.norm2 = take("intermediate.dense"), take("output.dense"), take("output.LayerNorm")

    def forward(self, x, mask, drop):
        batch, length, width = x.shape
        apart = lambda t: t.reshape(batch, length, HEADS_OF_ATTENTION, -1).transpose(1, 2)
        q, k, v = map(apart, F.linear(x, *self.qkv).split(width, dim=-1))
        scores = (q @ k.transpose(-1, -2) / (width / HEADS_OF_ATTENTION) ** 0.5).masked_fill(~mask[:, None, None, :], -1e9)
        mixed = (scores.softmax(-1) @ v).transpose(1, 2).reshape(batch, length, width)
        x = F.layer_norm(x + F.linear(mixed, *self.out), (width,), *self.norm1, eps=1e-12)
        return F.layer_norm(x + drop(F.linear(F.gelu(F.linear(x, *self.up)), *self.down)), (width,), *self.norm2, eps=1e-12)


class Judge(nn.Module):
    """Numbers of pieces to one number a head. `which` is 0 for the text itself, 1 for the post it answers, 2 for what its
    author wrote before; only the text itself is summed up."""

    def __init__(self, weights, table, heads):
        super().__init__()
        self.table = nn.Parameter(table.clone())
        first = weights["embeddings.token_type_embeddings.weight"][0]
        self.places = nn.Parameter(weights["embeddings.position_embeddings.weight"][:LONGEST] + first)
        self.which = nn.Parameter(torch.zeros(3, table.shape[1]))
        self.norm = nn.ParameterList([nn.Parameter(weights["embeddings.LayerNorm" + kind]) for kind in (".weight", ".bias")])
        self.layers = nn.ModuleList([Layer(weights, number) for number in range(6)])
        self.drop = nn.Dropout(0.1)
        self.heads = nn.Linear(table.shape[1], heads)
        nn.init.zeros_(self.heads.weight)
        nn.init.constant_(self.heads.bias, -2.0)

    def forward(self, numbers, which):
        mask = numbers != NOTHING
        x = F.embedding(numbers, self.table) + self.places[:numbers.shape[1]] + F.embedding(which, self.which)
        x = self.drop(F.layer_norm(x, x.shape[-1:], *self.norm, eps=1e-12))
        for layer in self.layers:
            x = layer(x, mask, self.drop)
        own = (mask & (which == 0)).float()
        return self.heads(self.drop((x * own[..., None]).sum(1) / own.sum(1)[:, None]))


BREACHES = ["abuse", "discrimination", "threat", "graphic-imagery", "deception", "ip-violation", "unlawful", "spam",
            "fake-profile", "harassment", "allegation", "third-party-abuse"]
HEADS = ["breach", *BREACHES, "at-risk", "casework", "grave", "world-abuse", "world-hate", "world-sexist"]


def read(path):
    with open(path) as file:
        rows = [json.loads(line) for line in file]
    for number, row in enumerate(rows):
        row["number"] = number
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


def framed(row, noise):
    """A text between its marks, then what stands around it; a piece left out now and then, so as not to hang on one word."""
    ends = [0, row["own"], row["own"] + row["post"], len(row["pieces"])]
    numbers, which = [BEGIN], [0]
    for part, (start, end) in enumerate(zip(ends, ends[1:])):
        if part > 0 and start == end:
            continue
        pieces = [NOTHING if noise and random.random() < noise else piece for piece in row["pieces"][start:end]]
        numbers += pieces + [END]
        which += [part] * (len(pieces) + 1)
    return numbers, which


def tensors(rows, noise=0):
    made = [framed(row, noise) for row in rows]
    length = max(len(numbers) for numbers, _ in made)
    pad = lambda some, value: torch.tensor([each + [value] * (length - len(each)) for each in some])
    return pad([numbers for numbers, _ in made], NOTHING), pad([which for _, which in made], 3).clamp(max=2)


def followed(row, others, share=0.06):
    """Now and then a text gets somebody's other words before it: most of what was written before says nothing of what is judged."""
    if row["own"] + row["post"] < len(row["pieces"]) or random.random() > share:
        return row
    other = random.choice(others)
    return {**row, "pieces": row["pieces"] + other["pieces"][:min(other["own"], 48)]}


def fit(model, rows, epochs, corpora_an_epoch, rate, seed=1):
    random.seed(seed); torch.manual_seed(seed)
    own = [row for row in rows if row["source"] == "sentences"]
    other = [row for row in rows if row["source"] != "sentences"]
    heads = [p for n, p in model.named_parameters() if n.startswith("heads")]
    body = [p for n, p in model.named_parameters() if not n.startswith("heads")]
    optimiser = torch.optim.AdamW([{"params": body, "lr": rate}, {"params": heads, "lr": 10 * rate}], weight_decay=0.01, foreach=True)
    size = 48
    steps = epochs * ((len(own) + min(corpora_an_epoch, len(other))) // size + 2)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda s: min(1, s / 100) * max(0.02, 1 - s / steps))
    started, done = time.time(), 0
    # The mean over the last steps generalises better than the last step, and costs nothing when judging.
    mean = {name: value.detach().clone() for name, value in model.state_dict().items()}
    every = 5
    keep = 1 - 1 / max(1.0, 0.15 * steps / every)
    for epoch in range(epochs):
        model.train()
        chosen = own + random.sample(other, min(corpora_an_epoch, len(other)))
        total, count = 0.0, 0
        for group, _ in batches(chosen, size, True):
            numbers, which = tensors([followed(row, own or other) for row in group], 0.1)
            target = torch.tensor([row["target"] for row in group], dtype=torch.float32)
            known = (target >= 0).float() * torch.tensor([row["weight"] for row in group])[:, None]
            smooth = target.clamp(min=0) * 0.96 + 0.02
            # Half as many bits are twice as fast where the processor has them, and cost nothing that was measured.
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = model(numbers, which).float()
            loss = (F.binary_cross_entropy_with_logits(logits, smooth, reduction="none") * known).sum() / len(group)
            optimiser.zero_grad(); loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step(); schedule.step()
            if count % every == 0:
                with torch.no_grad():
                    for name, value in model.state_dict().items():
                        mean[name].lerp_(value, 1 - keep)
            total += float(loss) ; count += 1; done += len(group)
            if sys.stderr.isatty():
                print(f"\repoch {epoch + 1}/{epochs}, {done} texts, {done / (time.time() - started):.0f} a second", end="", file=sys.stderr)
        print(f"epoch {epoch + 1}: loss {total / count:.4f}, {time.time() - started:.0f} s", flush=True)
    model.load_state_dict(mean)
    return model.eval()


def world(rows, model, vocabulary, corpora_an_epoch, path):
    """First the wide world: the public corpora alone. Kept at `path`, since it takes long and changes little; other sentences
    may ask for other pieces, and those it has not seen keep what they were."""
    of = {"texts": len(rows), "an epoch": corpora_an_epoch, "heads": HEADS}
    kept = torch.load(path) if os.path.exists(path) else None
    if kept is None or kept["of"] != of:
        fit(model, rows, 1, corpora_an_epoch, 1e-4)
        # Never half a file under the right name.
        torch.save({"weights": model.state_dict(), "vocabulary": vocabulary, "of": of}, path + ".new")
        os.replace(path + ".new", path)
        return model
    place = {piece: number for number, piece in enumerate(kept["vocabulary"])}
    table = model.table.detach().clone()
    for number, piece in enumerate(vocabulary):
        if piece in place:
            table[number] = kept["weights"]["table"][place[piece]]
    model.load_state_dict({**kept["weights"], "table": table})
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

    matrix("table", model.table)
    matrix("places", model.places)
    floats("which", model.which)
    for name in ["scale", "bias"]:
        floats(f"norm.{name}", model.norm[name == "bias"])
    for number, layer in enumerate(model.layers):
        for name in ["norm1", "norm2"]:
            scale, bias = getattr(layer, name)
            floats(f"{number}.{name}.scale", scale)
            floats(f"{number}.{name}.bias", bias)
        for name in ["qkv", "out", "up", "down"]:
            kernel, bias = getattr(layer, name)
            matrix(f"{number}.{name}", kernel.T)
            floats(f"{number}.{name}.bias", bias)
    # Heads are padded to a whole panel of columns.
    padded = -len(HEADS) % 8
    matrix("heads", F.pad(model.heads.weight.T, (0, padded)))
    floats("heads.bias", F.pad(model.heads.bias, (0, padded)))
    header = json.dumps({"heads": HEADS, "tensors": tensors, "vocabulary": vocabulary}, separators=(",", ":")).encode()
    with open(path, "wb") as file:
        file.write(len(header).to_bytes(4, "little") + header + b"".join(data))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("prepared"); parser.add_argument("encoder"); parser.add_argument("out")
    parser.add_argument("--parts", type=int, default=8, help="into how many the families are dealt; one is never learnt from")
    parser.add_argument("--epochs", type=int, default=7)
    parser.add_argument("--world", type=int, default=36000, help="how many of the public corpora's texts come first")
    parser.add_argument("--corpora", type=int, default=1500, help="and how many of them an epoch after that")
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    rows = read(os.path.join(args.prepared, "rows.jsonl"))
    measured = read(os.path.join(args.prepared, "measured.jsonl"))
    with open(os.path.join(args.prepared, "vocabulary.json")) as file:
        vocabulary = json.load(file)
    weights = pretrained(args.encoder)
    own = [row for row in rows if row["source"] == "sentences"]
    corpora = [row for row in rows if row["source"] != "sentences"]
    print(f"{len(own)} sentences, {len(corpora)} of the corpora, {len(measured)} to measure on", flush=True)
    model = Judge(weights, table_of(weights, args.encoder, vocabulary), len(HEADS))
    model = world(corpora, model, vocabulary, args.world, os.path.join(args.prepared, "world.pt"))

    # By its name, so that a family stays on its side however many come after it.
    is_held = lambda row: zlib.crc32(row["family"].encode()) % args.parts == 0
    held = [row for row in own if is_held(row)]
    learnt = [row for row in own if not is_held(row)]
    model = fit(model, learnt + corpora, args.epochs, args.corpora, args.rate)
    os.makedirs(args.out, exist_ok=True)
    write(model, vocabulary, os.path.join(args.out, "encoder.bin"))

    logits = predict(model, held)
    with open(os.path.join(args.out, "held.jsonl"), "w") as file:
        for row, each in zip(held, logits):
            file.write(json.dumps({"row": row["number"], "words": row["words"], "y": row["y"], "logits": [round(float(x), 3) for x in each]}) + "\n")
    print("held out: " + ", ".join(f"{head} {auc(logits[:, i], [row['target'][i] for row in held]):.3f}"
                                   for i, head in enumerate(HEADS) if i < 16 and 0 < sum(row["target"][i] for row in held)), flush=True)
    # Some sentences and what this side makes of them: the TypeScript side must say the same.
    sample = random.Random(3).sample([row for row in own if row["own"] < 40], 30)
    with open(os.path.join(args.out, "parity.json"), "w") as file:
        json.dump([{"pieces": row["pieces"], "own": row["own"], "post": row["post"], "logits": [round(float(x), 4) for x in each]}
                   for row, each in zip(sample, predict(model, sample))], file)
    logits = predict(model, measured)
    for source in sorted({row["source"] for row in measured}):
        chosen = [i for i, row in enumerate(measured) if row["source"] == source]
        print(f"{source}: any breach, AUC {auc(logits[chosen, 0], [measured[i]['y']['breach'] for i in chosen]):.3f}", flush=True)


if __name__ == "__main__":
    main()
