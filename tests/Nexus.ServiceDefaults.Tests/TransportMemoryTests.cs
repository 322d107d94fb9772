namespace Nexus.ServiceDefaults.Tests;

public sealed class TransportMemoryTests
{
    [Fact]
    public void Rented_IsAWholeBlock_WhateverIsAsked()
    {
        using var memory = new TransportMemory();
        using var small = memory.Rent(1);
        using var any = memory.Rent();

        Assert.Equal(memory.MaxBufferSize, small.Memory.Length);
        Assert.Equal(memory.MaxBufferSize, any.Memory.Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.Rent(memory.MaxBufferSize + 1));
    }

    [Fact]
    public void GivenBackTwice_IsGivenToOneOnly()
    {
        using var memory = new TransportMemory();
        var block = memory.Rent();
        block.Dispose();
        block.Dispose();
        Assert.Throws<ObjectDisposedException>(() => block.Memory);

        using var first = memory.Rent();
        using var second = memory.Rent();
        Assert.NotSame(first, second);
        first.Memory.Span[0] = 1;
        second.Memory.Span[0] = 2;
        Assert.Equal(1, first.Memory.Span[0]);
    }
}
