using System.Runtime.InteropServices;

namespace Nexus.Protocol.Multiplexing;

/// <summary>
/// Memory for some blocks, taken from the system as one piece. Outside the managed heap, which gives back what it once held only minutes
/// later, if at all. Its owner guards it.
/// </summary>
internal sealed partial class FrameSlab
{
    private const int ReadAndWrite = 0x3; // PROT_READ | PROT_WRITE
    private const int PrivateAnonymous = 0x22; // MAP_PRIVATE | MAP_ANONYMOUS, the same on x64 and arm64
    private const nint MapFailed = -1;
    private const int NotNeeded = 4; // MADV_DONTNEED

    private readonly nint _memory;
    private readonly nuint _size;
    private readonly Stack<FrameBlock> _free;
    private readonly int _blocks;

    /// <param name="owner">Whose it is.</param>
    /// <param name="blockSize">Whole pages, so that one block can be given back alone.</param>
    /// <param name="blocks">How many of them.</param>
    /// <param name="entries">Frames that one block may hold.</param>
    public FrameSlab(FrameMemory owner, int blockSize, int blocks, int entries)
    {
        _size = (nuint)blockSize * (nuint)blocks;
        _memory = Take(_size);
        _blocks = blocks;
        _free = new(blocks);
        for (var i = blocks - 1; i >= 0; i--) _free.Push(new FrameBlock(owner, this, _memory + (i * blockSize), blockSize, entries));
        Node = new(this);
    }

    /// <summary>Its place in the list of those that have an untouched block.</summary>
    public LinkedListNode<FrameSlab> Node { get; }

    public bool HasFree => _free.Count > 0;

    public bool IsUnused => _free.Count == _blocks;

    public FrameBlock Rent() => _free.Pop();

    /// <summary>Takes a block back and gives its pages to the system: a user of its neighbour may hold the slab for long.</summary>
    public void Return(FrameBlock block)
    {
        if (OperatingSystem.IsLinux()) ThrowIfFailed(Advise(block.Address, (nuint)block.Size, NotNeeded));
        _free.Push(block);
    }

    /// <summary>Gives everything back; nothing of it may be in use.</summary>
    public unsafe void Free()
    {
        if (OperatingSystem.IsLinux()) ThrowIfFailed(Unmap(_memory, _size));
        else NativeMemory.AlignedFree((void*)_memory);
    }

    // Not the C library's allocator on Linux: it keeps what is freed for its own next use.
    private static unsafe nint Take(nuint size)
    {
        if (!OperatingSystem.IsLinux()) return (nint)NativeMemory.AlignedAlloc(size, 64);
        var memory = Map(0, size, ReadAndWrite, PrivateAnonymous, -1, 0);
        return memory != MapFailed ? memory : throw new InsufficientMemoryException("The system gives no memory for frames that wait.");
    }

    private static void ThrowIfFailed(int result)
    {
        if (result != 0) throw new InvalidOperationException($"The system does not take memory back: error {Marshal.GetLastPInvokeError()}.");
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Unmap(nint address, nuint length);

    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(nint address, nuint length, int advice);
}
