using Nexus.Protocol.Multiplexing;

namespace Nexus.Protocol.Tests.Multiplexing;

public sealed class FrameMemoryTests
{
    private const int BlockSize = 4096;
    private const int BlocksOfSlab = 4;
    private const int KeptBlocks = 6;
    private const long SlabSize = BlockSize * BlocksOfSlab;

    private readonly FrameMemory _memory = new(BlockSize, entriesOfBlock: 4, BlocksOfSlab, KeptBlocks);

    [Fact]
    public void Blocks_AreUsedAgain()
    {
        var first = _memory.Rent();
        first.Return();

        Assert.Same(first, _memory.Rent());
        Assert.Equal((BlockSize, SlabSize), (_memory.Bytes, _memory.ReservedBytes));
    }

    [Fact]
    public void Blocks_OfOneSlab_DoNotOverlap()
    {
        var blocks = Rent(3 * BlocksOfSlab);
        for (var i = 0; i < blocks.Count; i++) blocks[i].GetSpan().Fill((byte)i);

        Assert.All(Enumerable.Range(0, blocks.Count), i => Assert.Equal(-1, blocks[i].GetSpan().IndexOfAnyExcept((byte)i)));
    }

    [Fact]
    public void Blocks_ThatNobodyUses_GoBackAtOnce_ButForAFew()
    {
        var blocks = Rent(100 * BlocksOfSlab);
        Assert.Equal(100 * SlabSize, _memory.Bytes);

        foreach (var block in blocks) block.Return();

        Assert.Equal(KeptBlocks * BlockSize, _memory.Bytes);
        Assert.InRange(_memory.ReservedBytes, KeptBlocks * BlockSize, KeptBlocks * SlabSize);
        Rent(KeptBlocks);
        Assert.Equal(KeptBlocks * BlockSize, _memory.Bytes);
    }

    [Fact]
    public void Block_WhoseNeighbourIsUsed_GivesItsPagesBack()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux gives back a part.");
        var blocks = Rent(2 * BlocksOfSlab * KeptBlocks);
        foreach (var block in blocks) block.GetSpan().Fill(1);
        var neighbours = blocks.Where((_, i) => i % BlocksOfSlab != 0).ToArray();
        foreach (var block in neighbours) block.Return();

        Assert.Equal(2 * KeptBlocks * SlabSize, _memory.ReservedBytes);
        Assert.Equal(KeptBlocks, neighbours.Count(block => block.GetSpan()[0] == 1)); // what went back is zero when it is touched again
        Assert.All(blocks.Except(neighbours), block => Assert.Equal(-1, block.GetSpan().IndexOfAnyExcept((byte)1)));
    }

    private List<FrameBlock> Rent(int count) => [.. Enumerable.Range(0, count).Select(_ => _memory.Rent())];
}
